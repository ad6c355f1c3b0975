"""A waiver names a rule that may be waived, and says why."""

import pytest

from finetuning.dataset.rules import RULES
from finetuning.dataset.waivers import WaiverError, check_waivers
from finetuning.errors import FineTuningError

REASON = "reviewed on 2026-11-20"


@pytest.mark.parametrize("code", [code for code, rule in RULES.items() if rule.waivable])
def test_waivable_rule_is_waived_with_a_reason(code):
    """Advice, and what only the author can judge."""
    check_waivers({code: REASON})
    check_waivers({code: "x" * 10})


def test_no_waivers_are_fine():
    """Nothing is waived by default."""
    check_waivers({})


@pytest.mark.parametrize("code", [code for code, rule in RULES.items() if not rule.waivable])
def test_rule_that_bedrock_holds_cannot_be_waived_and_the_message_says_why(code):
    """Waiving it would only move the failure to a paid job."""
    with pytest.raises(WaiverError) as refused:
        check_waivers({code: REASON})
    rule = RULES[code]
    assert str(refused.value) == (
        f"waiver {code}: {rule.title!r} cannot be waived: {rule.why.removesuffix('.')}; {rule.fix}"
    )


@pytest.mark.parametrize(("reason", "length"), [("", 0), ("   \n", 0), ("ok", 2), (" too short ", 9)])
def test_reason_that_says_nothing_is_refused(reason, length):
    """White space around it does not count."""
    with pytest.raises(WaiverError) as refused:
        check_waivers({"DS606": reason})
    assert str(refused.value) == f"waiver DS606: the reason needs at least 10 characters, got {length}; say why"


def test_unknown_code_is_refused_with_a_guess():
    """A misspelt code would waive nothing, silently."""
    with pytest.raises(WaiverError, match=r"^waiver DS66: no such rule; did you mean 'DS60[1-6]'\?$"):
        check_waivers({"DS66": REASON})
    with pytest.raises(WaiverError, match=r"^waiver duplicates: no such rule; waivable are DS108, DS402, .*DS702$"):
        check_waivers({"duplicates": REASON})


def test_all_problems_come_at_once():
    """One line each."""
    with pytest.raises(WaiverError) as refused:
        check_waivers({"DS606": REASON, "DS301": "no", "DS999": REASON, "DS702": ""})
    lines = str(refused.value).splitlines()
    assert [line.split(":")[0] for line in lines] == ["waiver DS301", "waiver DS301", "waiver DS999", "waiver DS702"]
    assert isinstance(refused.value, FineTuningError)
    assert isinstance(refused.value, ValueError)
