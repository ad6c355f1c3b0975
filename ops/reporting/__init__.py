"""The run report, as an operator asks for it."""
