"""Pages of the documentation that are drawn from the code."""
