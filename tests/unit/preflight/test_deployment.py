"""The bootstrap and the names of stacks."""

import pytest

from finetuning.preflight.deployment import OLDEST_BOOTSTRAP, Stack, judge_bootstrap, judge_stack
from finetuning.preflight.finding import Unreadable
from stacks.constructs import recent_bootstrap
from tests.unit.preflight.account import ACCOUNT, REGION, owner

DENIED = Unreadable("some:Right", "AccessDenied: no", denied=True)


@pytest.mark.parametrize(
    ("version", "severity", "message"),
    [
        ("21", "ok", "version 21"),
        ("30", "ok", "version 30"),
        ("20", "error", "111122223333 in us-west-2 has version 20, needed is version 21 or newer"),
        ("new", "error", "111122223333 in us-west-2 has version new, needed is version 21 or newer"),
        (None, "error", "111122223333 in us-west-2 has none, needed is version 21 or newer"),
        (DENIED, "warning", "not checked, some:Right is not allowed: AccessDenied: no"),
    ],
    ids=["oldest", "newer", "older", "strange", "none", "denied"],
)
def test_bootstrap_must_be_recent(version: str | Unreadable | None, severity: str, message: str) -> None:
    """As the stacks demand it."""
    finding = judge_bootstrap(version, ACCOUNT, REGION)
    assert (finding.severity.value, finding.message) == (severity, message)
    assert (finding.fix == "cdk bootstrap aws://111122223333/us-west-2") == (severity == "error")


def test_oldest_bootstrap_is_the_one_that_the_stacks_demand() -> None:
    """Stacks and operators do not import each other, so the number stands twice."""
    assert OLDEST_BOOTSTRAP == recent_bootstrap.OLDEST


@pytest.mark.parametrize(
    ("stack", "severity"),
    [
        (None, "ok"),
        (Stack("CREATE_COMPLETE", owner()), "ok"),
        (Stack("UPDATE_IN_PROGRESS", owner()), "warning"),
        (Stack("UPDATE_ROLLBACK_FAILED", owner()), "warning"),
        (Stack("CREATE_COMPLETE"), "error"),
        (Stack("CREATE_COMPLETE", owner(**{"finetuning:environment": "prod"})), "error"),
        (DENIED, "warning"),
    ],
    ids=["free", "ours", "busy", "failed", "untagged", "of another environment", "denied"],
)
def test_stack_names_must_be_free_or_ours(stack: Stack | Unreadable | None, severity: str) -> None:
    """Whose a stack is, its tags say."""
    finding = judge_stack("finetuning-dev-Control", stack, "finetuning", "dev", REGION)
    assert finding.severity.value == severity
    assert ("finetuning-dev-Control" in finding.message) == (stack is not DENIED)
