"""The root of every error that this package raises on purpose."""


class FineTuningError(Exception):
    """The base of the domain's errors; the message is a sentence for the person who reads it."""
