"""The root of every error that this package raises on purpose."""


class FineTuningError(Exception):
    """The base of the domain's errors; the message is a sentence for the person who reads it."""


class TransientError(FineTuningError):
    """What failed for a passing reason: the same may succeed when it is tried again."""
