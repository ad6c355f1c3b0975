"""The pure lifecycle."""
