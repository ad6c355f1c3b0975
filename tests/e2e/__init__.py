"""The README's first deploy as a script, for a real account: opt-in, capped, and leaving nothing behind."""
