"""How Bedrock refuses to make a custom model, whether by training or by copying."""

from finetuning.errors import FineTuningError


class NameTakenError(FineTuningError):
    """A job or custom model of this name exists or has existed."""


class JobQuotaError(FineTuningError):
    """There is no room for now; asking again later will help."""


class RoleNotAssumableError(FineTuningError):
    """Bedrock cannot assume the service role, perhaps because it is only seconds old."""


class RequestRefusedError(FineTuningError):
    """Bedrock refused the job for another reason, and nothing was started: asking again will not help."""
