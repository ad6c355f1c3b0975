"""The main job on the embedded AWS, from nothing to an answer of a tuned model, with progress visible at all times."""
