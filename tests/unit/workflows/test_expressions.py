"""Expressions mean what they mean on GitHub; what is not known is refused."""

from typing import Any

import pytest

from tests.workflows.expressions import ExpressionError, Scope, condition, evaluate, interpolate

CONTEXTS = {
    "github": {"event_name": "push", "event": {"pull_request": {"head": {"repo": {"full_name": "a/b"}}}}},
    "steps": {"one": {"outputs": {"next": "", "role": "arn:aws:iam::1:role/x"}}},
    "needs": {"targets": {"outputs": {"targets": '[{"environment": "dev"}]'}, "result": "success"}},
}


def scope(*, failed: bool = False) -> Scope:
    """After steps that succeeded, or not."""
    functions = {
        "success": lambda: not failed,
        "failure": lambda: failed,
        "always": lambda: True,
        "cancelled": lambda: False,
    }
    return Scope(CONTEXTS, functions)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("github.event_name == 'push'", True),
        ("github.event_name == 'PUSH'", True),
        ("github.event_name != 'push'", False),
        ("github.event.pull_request.head.repo.full_name", "a/b"),
        ("github.event.nothing.at.all", None),
        ("github.nothing == ''", True),
        ("steps.one.outputs.next || steps.one.outputs.role", "arn:aws:iam::1:role/x"),
        ("steps.two.outputs.next && 'x'", None),
        ("!(github.event_name == 'push') || true", True),
        ("fromJSON(needs.targets.outputs.targets)", [{"environment": "dev"}]),
        ("'it''s'", "it's"),
        ("1 == '1'", True),
        ("true && 'yes' || 'no'", "yes"),
    ],
)
def test_value(text: str, value: Any) -> None:
    assert evaluate(text, scope()) == value


@pytest.mark.parametrize(
    "text", ["secrets.TOKEN", "hashFiles('x')", "github.event_name ==", "github.a github.b", "a[0]", "'open", "(true"]
)
def test_what_is_not_known_is_refused(text: str) -> None:
    with pytest.raises(ExpressionError):
        evaluate(text, scope())


def test_text_around_an_expression_is_kept_and_a_lone_one_keeps_its_type() -> None:
    given = {
        "name": "to ${{ github.event_name }} (${{ github.nothing }})",
        "both": "${{ github.event_name }}/${{ github.event_name }}",
        "all": "${{ fromJSON('[1]') }}",
        "n": 3,
    }
    assert interpolate(given, scope()) == {"name": "to push ()", "both": "push/push", "all": [1], "n": 3}


@pytest.mark.parametrize(
    ("text", "failed", "holds"),
    [
        ("github.event_name == 'push'", False, True),
        ("github.event_name == 'push'", True, False),
        ("${{ !cancelled() }}", True, True),
        ("failure()", True, True),
        ("failure()", False, False),
        ("always() && github.event_name == 'schedule'", True, False),
    ],
)
def test_condition_without_a_status_function_wants_success(text: str, failed: bool, holds: bool) -> None:
    assert condition(text, scope(failed=failed)) is holds
