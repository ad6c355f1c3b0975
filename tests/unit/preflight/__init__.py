"""The pure checks of the account."""
