"""The errors a service answers with."""


class Fault(Exception):
    """An error of the service model, such as `ValidationException`.

    Attributes:
        code: Name of the error in the service model.
        message: Text for the caller.
    """

    def __init__(self, code: str, message: str) -> None:
        """Keep code and text; the protocol looks the HTTP status up in the service model."""
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message


def validation(message: str) -> Fault:
    """A `ValidationException`: the request cannot be accepted as it is."""
    return Fault("ValidationException", message)


def not_found(message: str) -> Fault:
    """A `ResourceNotFoundException`."""
    return Fault("ResourceNotFoundException", message)


def conflict(message: str) -> Fault:
    """A `ConflictException`: the resource's state does not allow it now."""
    return Fault("ConflictException", message)


def quota_exceeded(message: str) -> Fault:
    """A `ServiceQuotaExceededException`."""
    return Fault("ServiceQuotaExceededException", message)


def access_denied(message: str) -> Fault:
    """An `AccessDeniedException`."""
    return Fault("AccessDeniedException", message)


def too_many_tags(message: str) -> Fault:
    """A `TooManyTagsException`."""
    return Fault("TooManyTagsException", message)
