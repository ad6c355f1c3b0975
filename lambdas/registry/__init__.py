"""The registry: what is wanted and what was bought, remembered per model."""

from lambdas.registry.registry import Registry, Table

__all__ = ["Registry", "Table"]
