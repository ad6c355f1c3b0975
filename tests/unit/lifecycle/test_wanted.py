"""What the custom resources' properties ask for: typed once, and the same training for every spelling of it."""

import json
from typing import Any

import pytest

from finetuning.lifecycle.wanted import endpoint_wanted, training_wanted
from finetuning.properties import InvalidPropertiesError, Properties
from tests.unit.lambdas.story import HAIKU, KEY, NOVA_LITE, ROLE, endpoint_properties, job_properties

CUSTOM = f"arn:aws:bedrock:us-east-1:111122223333:custom-model/{NOVA_LITE}/abcdefghij12"


def asked(**changes: Any) -> Any:
    """The training that the properties ask for."""
    return training_wanted(job_properties(**changes), service_role_arn=ROLE, key_arn=KEY)


def test_job_in_bedrocks_terms() -> None:
    """Without names, output and tags, which derive from the generation."""
    assert asked().settings == {
        "roleArn": ROLE,
        "baseModelIdentifier": HAIKU,
        "customizationType": "FINE_TUNING",
        "customModelKmsKeyId": KEY,
        "trainingDataConfig": {"s3Uri": f"s3://data/datasets/faq/{'a' * 64}/training.jsonl"},
        "validationDataConfig": {"validators": [{"s3Uri": f"s3://data/datasets/faq/{'b' * 64}/validation.jsonl"}]},
        "hyperParameters": {"epochCount": "2"},
    }


def test_network_is_the_jobs_and_makes_no_other_model() -> None:
    """It only says from where the data is read."""
    network = {"SubnetIds": ["subnet-1", "subnet-2"], "SecurityGroupIds": ["sg-1"]}
    wanted = asked(VpcConfig=network)
    assert wanted.settings["vpcConfig"] == {"subnetIds": ["subnet-1", "subnet-2"], "securityGroupIds": ["sg-1"]}
    assert wanted.fingerprint == asked().fingerprint


def test_custom_model_and_customization_config_make_another_model() -> None:
    """What a model is trained from, and how, is what it is."""
    base, nova = asked().fingerprint, {"BaseModel": NOVA_LITE, "Hyperparameters": {}}
    further = asked(**nova | {"BaseModel": CUSTOM})
    teacher = {"teacherModelIdentifier": "amazon.nova-pro-v1:0"}
    config = json.dumps({"distillationConfig": {"teacherModelConfig": teacher}})
    distilled = asked(**nova, CustomizationType="DISTILLATION", CustomizationConfig=config)
    assert further.settings["baseModelIdentifier"] == CUSTOM
    assert distilled.settings["customizationConfig"] == json.loads(config)
    assert len({base, asked(**nova).fingerprint, further.fingerprint, distilled.fingerprint}) == 4


def test_cost_is_an_upper_bound_and_unknown_without_a_price() -> None:
    """100,000 tokens and a quarter more, three epochs, ten cents for 1,000."""
    told = {"EstimatedTokens": "100000", "BilledEpochs": "3"}
    assert asked(**told, UsdPer1kTokens="0.1").estimated_usd == pytest.approx(37.5)
    assert asked(**told, UsdPer1kTokens="").estimated_usd is None
    assert asked(**told | {"BilledEpochs": ""}, UsdPer1kTokens="0.1").estimated_usd is None
    capped = asked(MaxUsdPerJob="40", MaxUsdPerMonth="100.5", EndpointHourlyUsd="60.5")
    assert (capped.max_usd, capped.max_usd_per_month, capped.endpoint_hourly_usd) == (40.0, 100.5, 60.5)
    assert (asked().endpoint_hourly_usd, asked(EndpointHourlyUsd="0.0").endpoint_hourly_usd) == (None, 0.0)


def test_prices_and_caps_make_no_other_model() -> None:
    """A training is not started because a price was looked up."""
    assert asked(UsdPer1kTokens="0.1", MaxUsdPerJob="40").fingerprint == asked().fingerprint


def test_properties_of_an_earlier_release_ask_for_the_same() -> None:
    """They had no prices, caps, network or approvals: an upgrade starts nothing."""
    earlier = {**endpoint_properties(), "Approval": "automatic"}
    del earlier["NeedsApproval"]
    wanted = endpoint_wanted(earlier)
    assert wanted.fingerprint == endpoint_wanted(endpoint_properties()).fingerprint
    assert (wanted.needs_approval, wanted.hourly_usd, wanted.idle_days, wanted.remove_idle) == (False, None, 0, False)


def test_endpoint_with_all_its_terms() -> None:
    """As strings, which is all that CloudFormation hands on."""
    terms = {"NeedsApproval": "true", "HourlyUsd": "60.5", "MaxHourlyUsd": "61", "IdleDays": "7", "RemoveIdle": "true"}
    approved = {"CommitmentApproval": "OPS-1", "CommitmentApprovedUntil": "1795305600.0"}
    wanted = endpoint_wanted(endpoint_properties(**terms, **approved, WaitConditionLogicalId="Wait1"), "stack")
    assert (wanted.needs_approval, wanted.hourly_usd, wanted.max_hourly_usd) == (True, 60.5, 61.0)
    assert (wanted.idle_days, wanted.remove_idle) == (7, True)
    assert (wanted.approval, wanted.approved_until) == ("OPS-1", 1_795_305_600.0)
    assert wanted.signal is not None
    assert (wanted.signal.stack_id, wanted.signal.logical_id) == ("stack", "Wait1")


@pytest.mark.parametrize(
    ("method", "value", "message"),
    [
        ("text", 1, "must be a string, got int"),
        ("number", "-1", "must be a whole number, got '-1'"),
        ("number", "1.5", "must be a whole number, got '1.5'"),
        ("amount", "nan", "must be an amount, got 'nan'"),
        ("amount", "-0.1", "must be an amount, got '-0.1'"),
        ("amount", "inf", "must be an amount, got 'inf'"),
        ("amount", "1,5", "must be an amount, got '1,5'"),
        ("flag", "True", "must be 'true' or 'false', got 'True'"),
        ("texts", {"a": 1}, "must be a map of strings"),
        ("texts", ["a"], "must be a map of strings"),
        ("lists", ["a"], "must be a map of lists of strings"),
        ("lists", {"a": "b"}, "must be a map of lists of strings"),
    ],
)
def test_property_of_another_form_is_refused(method: str, value: object, message: str) -> None:
    """Never guessed (fault A25)."""
    with pytest.raises(InvalidPropertiesError, match=f"property P {message}"):
        getattr(Properties({"P": value}), method)("P")


def test_missing_properties_are_none_false_or_empty_where_that_is_said() -> None:
    """And refused elsewhere."""
    told = Properties({})
    assert (told.amount("P"), told.optional_number("P"), told.flag("P"), told.texts("P"), told.lists("P")) == (
        None,
        None,
        False,
        {},
        {},
    )
    for method in (told.text, told.number):
        with pytest.raises(InvalidPropertiesError):
            method("P")
