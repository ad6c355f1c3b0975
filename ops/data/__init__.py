"""`python -m ops data`: check, convert, split, compare and upload datasets, with the gate of the deployment."""
