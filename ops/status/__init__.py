"""What is known of a model, freshly looked up, judged and rendered."""
