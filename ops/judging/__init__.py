"""What an operator decides about a model: that it may serve, or that the one before shall."""
