"""What the functions logged and the states that the driver passed."""
