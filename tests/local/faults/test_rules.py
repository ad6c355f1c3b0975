"""Documents of faults, and which occurrences they strike."""

import json
from pathlib import Path
from typing import Any

import pytest

from local.faults.faults import Faults
from local.faults.rules import FaultsError, Plan, Rule, parse
from local.settings import Quotas, Settings, SettingsError

QUOTAS = ("model_units",)
CREATE = "bedrock:CreateProvisionedModelThroughput"


def rule(**values: Any) -> dict[str, Any]:
    """A valid rule, changed."""
    return {"operation": CREATE, "what": "error", **values}


def struck(count: int, **values: Any) -> list[int]:
    """Which of so many occurrences a rule strikes."""
    faults = Faults(Plan((Rule(**rule(**values)),)), QUOTAS)
    return [number for number in range(1, count + 1) if faults.strike(CREATE)]


def test_all_problems_are_told_at_once() -> None:
    """Unknown names, wrong kinds and impossible values, each with its place and what was received."""
    document = {
        "rules": [
            rule(nth=0, every="2", whatever=1),
            {"operation": "create", "what": "explode"},
            rule(what="drop"),
            {"operation": "events:delivery", "what": "kill"},
            rule(status="Failed"),
            rule(when="later", seconds=601, times=True),
            "rule",
        ],
        "quotas": {"model_units": -1, "money": 1},
        "more": 1,
    }
    with pytest.raises(FaultsError) as refused:
        parse(json.dumps(document), QUOTAS)
    text = str(refused.value)
    for part in (
        "more: not known",
        "rules[0].nth: must be a whole number from 1, received 0",
        "rules[0].every: must be a whole number from 1, received '2'",
        "rules[0].whatever: not known",
        "rules[1].operation: must be such as",
        "rules[1].what: must be one of error, lost, delay, kill, status, received 'explode'",
        "rules[2].what: must be one of error",
        "rules[3].what: must be one of drop, duplicate, reorder, delay, received 'kill'",
        "rules[4].status: goes with what = status only",
        "rules[5].when: must be one of before, after, received 'later'",
        "rules[5].seconds: must be a number from 0 to 600, received 601",
        "rules[5].times: must be a whole number from 0, received True",
        "rules[6].operation: must be an object",
        "quotas.model_units: must be a whole number from 0, received -1",
        "quotas.money: not a quota; known are model_units",
    ):
        assert part in text
    assert len(text.splitlines()) == 15


def test_what_is_not_json_is_refused() -> None:
    """With the parser's words."""
    with pytest.raises(FaultsError, match="not JSON"):
        parse("{", QUOTAS)
    with pytest.raises(FaultsError, match="must be"):
        parse("3", QUOTAS)


def test_plan_survives_its_document() -> None:
    """What one process writes the other reads."""
    plan = parse(json.dumps({"rules": [rule(nth=2, contains="faq")], "quotas": {"model_units": 0}}), QUOTAS)
    assert parse(json.dumps(plan.document()), QUOTAS) == plan


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({}, [1]),
        ({"nth": 3}, [3]),
        ({"times": 2}, [1, 2]),
        ({"times": 0}, [1, 2, 3, 4, 5, 6, 7]),
        ({"nth": 2, "every": 2, "times": 0}, [2, 4, 6]),
        ({"nth": 2, "every": 3, "times": 2}, [2, 5]),
    ],
)
def test_occurrences(values: dict[str, Any], expected: list[int]) -> None:
    """The n-th, so many of them, every so manyth."""
    assert struck(7, **values) == expected


def test_rule_strikes_only_what_it_names() -> None:
    """By operation, service, caller and content; what does not match is not counted."""
    faults = Faults(Plan((Rule(**rule(operation="bedrock:*", contains="faq", function="driver", nth=2)),)), QUOTAS)
    driver = "lambdas.driver.handler.handler"
    assert faults.strike("dynamodb:PutItem", "faq", lambda: driver) is None
    assert faults.strike(CREATE, "other", lambda: driver) is None
    assert faults.strike(CREATE, "faq", lambda: "lambdas.sweep.handler.handler") is None
    assert faults.strike(CREATE, "faq", lambda: driver) is None
    assert faults.strike(CREATE, "faq", lambda: driver) is not None
    assert faults.document()["rules"][0]["seen"] == 2
    assert faults.document()["struck"] == [f"error {CREATE}"]


def test_first_rule_that_strikes_counts_and_both_see_it() -> None:
    """Two rules on one operation: the second strikes when the first has had enough."""
    faults = Faults(Plan((Rule(**rule()), Rule(**rule(what="lost", times=2)))), QUOTAS)
    found = [faults.strike(CREATE) for _ in range(3)]
    assert [rule.what if rule else "" for rule in found] == ["error", "lost", ""]


def test_change_keeps_counts_and_a_repeated_addition_begins_anew() -> None:
    """A rule that stays goes on counting; the same one added again strikes again."""
    once, other = Rule(**rule()), Rule(**rule(what="lost", nth=9))
    faults = Faults(Plan((once,)), QUOTAS)
    assert faults.strike(CREATE)
    faults.change(Plan((other, once)))
    assert faults.strike(CREATE) is None
    faults.add(Plan((once,), {"model_units": 0}))
    assert faults.strike(CREATE) == once
    assert faults.quotas == {"model_units": 0}
    faults.clear()
    assert (faults.strike(CREATE), faults.quotas) == (None, {})


def test_setting_holds_faults_or_names_their_file(tmp_path: Path) -> None:
    """Both survive the environment; what is wrong is told with the variable's name."""
    document = json.dumps({"rules": [rule()], "quotas": {"model_units": 0}})
    (tmp_path / "faults.json").write_text(document)
    for given in (document, str(tmp_path / "faults.json")):
        settings = Settings.from_environment({"LOCAL_AWS_FAULTS": given})
        assert settings.fault_plan == Plan((Rule(**rule()),), {"model_units": 0})
        assert Settings.from_environment(settings.to_environment()) == settings
    with pytest.raises(SettingsError, match=r"LOCAL_AWS_FAULTS: .*nth.*; .*quotas\.x"):
        Settings.from_environment({"LOCAL_AWS_FAULTS": json.dumps({"rules": [rule(nth=0)], "quotas": {"x": 1}})})
    with pytest.raises(SettingsError, match="path of a JSON file"):
        Settings.from_environment({"LOCAL_AWS_FAULTS": "/no/such/file"})
    assert Settings().quotas == Quotas()
