"""What `promote` does, step by step: the source's manifest, whether it may go to the target, and the files it takes."""
