"""Wakes the driver when Bedrock says that a customization job ended."""
