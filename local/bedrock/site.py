"""What an operation works with: one account's Bedrock in one Region, and the request."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from local.bedrock import access
from local.bedrock.clock import Clock
from local.bedrock.fates import Fates
from local.bedrock.neighbours import Neighbours
from local.bedrock.protocol import Call
from local.bedrock.protocol.faults import conflict, validation
from local.bedrock.store import Replay, Store
from local.settings import Quotas

Result = Mapping[str, Any]


@dataclass(frozen=True)
class Site:
    """One account's Bedrock in one Region.

    Attributes:
        account: Twelve-digit account id.
        region: Region name.
        today: Date as of which base-model lifecycle is judged.
        quotas: Service quotas.
        clock: The compressed clock.
        store: State.
        neighbours: The rest of AWS.
        fates: Who decides how jobs and endpoints end.
        elsewhere: State of another account or Region.
    """

    account: str
    region: str
    today: date
    quotas: Quotas
    clock: Clock
    store: Store
    neighbours: Neighbours
    fates: Fates
    elsewhere: Callable[[str, str], Store]

    def arn(self, resource: str) -> str:
        """ARN of a resource such as `provisioned-model/abc123def456`."""
        return f"arn:aws:bedrock:{self.region}:{self.account}:{resource}"

    def foundation_arn(self, model_id: str) -> str:
        """ARN of a foundation model, which belongs to no account."""
        return f"arn:aws:bedrock:{self.region}::foundation-model/{model_id}"

    def authorize(
        self,
        call: Call,
        arns: Sequence[str],
        new_tags: Mapping[str, str] | None = None,
        action: str | None = None,
        removed_tags: Sequence[str] = (),
    ) -> None:
        """Require that the caller may perform this call's action on every ARN.

        Condition keys are those of the Service Authorization Reference, "Actions, resources, and condition keys for
        Amazon Bedrock": `aws:ResourceTag/...` of each resource, `aws:RequestTag/...` and `aws:TagKeys` of the request.

        Raises:
            Fault: `AccessDeniedException`.
        """
        for arn in arns:
            keys = access.tag_keys(self.store.tags.get(arn, {}), new_tags or {}, removed_tags)
            self.neighbours.authorize(call.headers, action or f"bedrock:{call.operation}", arn, keys)


Operation = Callable[[Site, Call], Result]


def replayed(site: Site, call: Call) -> Result | None:
    """The result of an earlier call with this client request token; None if there was none.

    "If this token matches a previous request, Amazon Bedrock ignores the request, but does not return an error."
    (API reference, CreateModelCustomizationJob). Undocumented, and so our choice: the earlier result is returned,
    tokens do not expire, and the same token with other parameters is refused.

    Raises:
        Fault: The token came with other parameters: `ConflictException` where the operation declares it, else
            `ValidationException`.
    """
    token = call.parameters.get("clientRequestToken")
    earlier = site.store.replays.get((call.operation, token)) if token else None
    if earlier is None:
        return None
    if earlier.request != call.parameters:
        refuse = conflict if call.operation == "CreateModelCustomizationJob" else validation
        raise refuse(f"The client request token {token} was already used with different parameters.")
    return earlier.result


def remember(site: Site, call: Call, result: Result) -> Result:
    """Keep a result for repetitions of its request, and return it."""
    token = call.parameters.get("clientRequestToken")
    if token:
        site.store.replays[call.operation, token] = Replay(call.parameters, result)
    return result
