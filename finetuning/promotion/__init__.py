"""Promotion: what a pinned manifest asks for in another environment, and what must be true before that is served."""

COPY, RETRAIN, SWAP = "copy", "retrain", "swap"
"""How a model gets to another environment: a copy of it, another one made in the same way, or the very model."""
