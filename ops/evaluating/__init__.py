"""What `ops evaluate` shows: an evaluation as it was decided, or as the present configuration would decide it."""
