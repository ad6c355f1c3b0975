"""What runs in AWS Lambda: one folder per feature, each with a thin `handler.py`."""
