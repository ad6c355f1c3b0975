"""What operators do when something has to stop, come back, or be taken over."""
