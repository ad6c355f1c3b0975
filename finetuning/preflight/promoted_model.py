"""Whether the custom model of another environment is there and can be served."""

from collections.abc import Iterator

from finetuning.preflight.facts import AccountFacts
from finetuning.preflight.finding import Finding, Severity, Unreadable
from finetuning.preflight.standing import Standing
from finetuning.preflight.wanted import Wanted

CHECK = "promoted model"


def judge(wanted: Wanted, facts: AccountFacts, stands: Standing) -> Iterator[Finding]:
    """Yield whether the model can be served; one that is promoted already was found before, and is the driver's."""
    arn, status = wanted.promoted_model_arn, facts.custom_model_status
    if wanted.is_copied:
        yield Finding(CHECK, Severity.OK, f"{arn} is copied from there, if it is shared")
    elif isinstance(status, Unreadable):
        yield status.finding(CHECK)
    elif status == "Active":
        yield Finding(CHECK, Severity.OK, f"{arn} is Active", "Active", status)
    else:
        yield Finding(
            CHECK,
            Severity.WARNING if stands.promoted else Severity.ERROR,
            f"{arn} {f'is {status}' if status else 'does not exist'} in {wanted.account}, {wanted.region}",
            "Active",
            status or "not found",
            "promote a model that is there: python -m ops promote",
        )
