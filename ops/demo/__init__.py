"""What can be seen on the embedded AWS: the main job, and how bad data is refused; progress is visible at all times."""
