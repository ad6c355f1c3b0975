"""A deterministic, seeded world in which the real handler and driver code lives through every fault."""
