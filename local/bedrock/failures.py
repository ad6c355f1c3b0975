"""How a customization job says that it cannot go on."""


class JobFailedError(Exception):
    """Ends a job; the text becomes its `failureMessage`."""
