"""What a gate adds to the document: bounds as JSON has them, and why a baseline is not there."""

import pytest

from finetuning.evaluation.deciding import decided
from finetuning.evaluation.settings import GateSettings, ThresholdSettings
from tests.unit.finetuning.evaluation.test_evaluation_gate import measured

GAIN = GateSettings("enabled", thresholds=(("f1", ThresholdSettings(min=0.1, min_gain_over_base=0.0)),))


def test_bounds_are_written_as_a_list_and_only_where_there_are_any() -> None:
    """A document that was written and read is the same."""
    found = measured()
    values = found.values | {"base": found.values["candidate"]}
    checks = decided(measured(values=values), GAIN, ["base"])["checks"]
    assert {check["kind"]: check["interval"] for check in checks} == {
        "min_records": None,
        "min": None,
        "min_gain_over_base": [0.1, 0.3],
    }


@pytest.mark.parametrize(
    ("baselines", "why"),
    [(["base"], "there are no answers of base"), ([], "evaluation.baselines does not have base")],
)
def test_baseline_that_is_not_there_says_why(baselines: list[str], why: str) -> None:
    """Whether it was to be asked or not: the one is mended in the account, the other in cdk.json."""
    verdict = decided(measured(), GAIN, baselines)["verdict"]
    assert verdict["reasons"] == [f"f1 cannot be compared with base: {why}; the lower one must be above 0."]
