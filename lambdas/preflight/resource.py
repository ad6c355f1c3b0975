"""Create, update and delete of the preflight resource: it reads, says what it found, and leaves nothing."""

from collections.abc import Callable, Iterable, Sequence
from hashlib import sha256
from typing import Protocol

from finetuning import preflight
from finetuning.errors import FineTuningError
from finetuning.lifecycle import ModelRecord
from finetuning.preflight import AccountFacts, Finding, Severity, Wanted
from lambdas import log
from lambdas.preflight.properties import wanted
from lambdas.registry import Registry
from lambdas.responder import Answer, CustomResourceRequest
from lambdas.settings import PreflightSettings


class PreflightRefusedError(FineTuningError):
    """The account cannot do what is wanted; nothing was started."""


class Account(Protocol):
    """Reads the account; `lambdas.gateways.account.AccountGateway` is the real one."""

    def look(self, wanted: Wanted, record: ModelRecord, others: Iterable[ModelRecord], *, now: float) -> AccountFacts:
        """What decides about the wanted model."""


class Stacks(Protocol):
    """Tells what CloudFormation does with a stack."""

    def is_rolling_back(self, stack_id: str) -> bool:
        """Whether the stack is rolling back an update right now."""


class Preflight:
    """The resource behind `Custom::BedrockPreflight`."""

    def __init__(
        self,
        settings: PreflightSettings,
        *,
        registry: Registry,
        account: Account,
        stacks: Stacks,
        clock: Callable[[], float],
    ) -> None:
        self._settings, self._registry, self._account, self._stacks = settings, registry, account, stacks
        self._clock = clock

    def apply(self, request: CustomResourceRequest) -> Answer:
        """Ask the account whether it can do what is wanted.

        A rollback is never refused: it goes back to what was accepted once, and a stack that cannot even roll back
        needs a human.

        Raises:
            PreflightRefusedError: with all that is in the way.
        """
        answer = Answer(_physical_id(request))
        if request.kind == "Update" and self._stacks.is_rolling_back(request.stack_id):
            log.info("preflight skipped: the stack rolls back", model=request.text("Model"))
            return answer
        asked = wanted(request, self._settings)
        record = self._registry.read(asked.model)
        facts = self._account.look(asked, record, self._registry.all(), now=self._clock())
        found = preflight.judge(asked, facts)
        for finding in found:
            _log(asked, finding)
        if preflight.errors(found):
            raise PreflightRefusedError(_refusal(asked, found))
        return answer

    def delete(self, request: CustomResourceRequest) -> None:
        """Nothing: there is nothing that it made."""


def _physical_id(request: CustomResourceRequest) -> str:
    """The same at each request, so that no update is ever a replacement."""
    digest = sha256(f"{request.stack_id}|{request.logical_id}".encode()).hexdigest()
    return f"{request.logical_id}-{digest[:16]}"


def _refusal(asked: Wanted, found: Sequence[Finding]) -> str:
    """Errors only, and where all is said first: the answer holds 4,096 bytes, and CloudFormation shows fewer."""
    said = " ".join(f"({number}) {error}" for number, error in enumerate(preflight.errors(found), 1))
    return (
        f"model {asked.model} is not started, and nothing was bought; see everything with python -m ops preflight "
        f"--env {asked.environment} --model {asked.model} (and the -c of this deployment); in the way: {said}"
    )


def _log(asked: Wanted, finding: Finding) -> None:
    write = {Severity.OK: log.info, Severity.WARNING: log.warning, Severity.ERROR: log.error}[finding.severity]
    write("preflight", model=asked.model, check=finding.check, found=finding.message, fix=finding.fix)
