"""The steps of the driver's state machine: look, decide, act, look again."""
