"""The two kinds of endpoint behind one interface: provisioned throughput and custom model deployments.

Both are found by name, keep their ARN when their model is swapped, and are told apart by `serving`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from botocore.exceptions import ClientError

from finetuning.errors import FineTuningError
from finetuning.lifecycle import EndpointGeneration, EndpointObservation
from finetuning.lifecycle.observation import FAILED, IN_SERVICE
from lambdas.gateways.clients import code_of, is_refusal, message_of


class PurchaseRefusedError(FineTuningError):
    """Bedrock will not sell this endpoint until somebody changes something, such as a quota."""


class EndpointBusyError(FineTuningError):
    """The endpoint cannot be changed or deleted now: it is being created or updated, or inside a commitment."""


@dataclass(frozen=True)
class EndpointOrder:
    """What to buy: an endpoint generation, the custom model it starts with, and its tags in Bedrock's form."""

    endpoint: EndpointGeneration
    model_arn: str
    tags: list[dict[str, str]]


class EndpointGateway(Protocol):
    """What the driver needs of either kind of endpoint."""

    def find(self, name: str) -> EndpointObservation | None:
        """The endpoint of this name, or None."""

    def create(self, order: EndpointOrder) -> str:
        """Buy it and return its ARN; the same order twice buys one. Raises PurchaseRefusedError."""

    def swap(self, arn: str, model_arn: str) -> None:
        """Serve another custom model of the same base model under the same ARN. Raises EndpointBusyError."""

    def delete(self, arn: str) -> None:
        """Delete it; one that is gone already is fine. Raises EndpointBusyError."""

    def tags(self, arn: str) -> dict[str, str]:
        """Its tags."""

    def tag(self, arn: str, add: Mapping[str, str], remove: Sequence[str]) -> None:
        """Change its tags."""

    def serving(self, model_arn: str) -> list[str]:
        """ARNs of the endpoints of this kind, anybody's, that serve this custom model or are about to."""


def translated(error: ClientError) -> Exception:
    """A refusal in words; every other error leaves open whether something was bought."""
    if code_of(error) == "ServiceQuotaExceededException":
        return PurchaseRefusedError(
            f"{message_of(error)} Request a quota increase in Service Quotas (service Amazon Bedrock), then run "
            "'python -m ops retry'"
        )
    return PurchaseRefusedError(f"{code_of(error)}: {message_of(error)}") if is_refusal(error) else error


def if_busy(error: ClientError, found: EndpointObservation | None = None) -> Exception:
    """The error in words if it means that the endpoint is busy.

    Updates declare no ConflictException (Bedrock API reference): a busy endpoint is told by what is found, too.
    """
    changes = found is not None and found.status not in {IN_SERVICE, FAILED}
    busy = code_of(error) == "ConflictException" or (code_of(error) == "ValidationException" and changes)
    return EndpointBusyError(message_of(error)) if busy else error
