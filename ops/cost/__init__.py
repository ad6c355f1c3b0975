"""What is billed now, what each run cost, and what ends it."""
