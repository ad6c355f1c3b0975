"""A model's stack: its custom resources, told exactly what is wanted."""

import json

import pytest

import configuration
from tests.infrastructure.conftest import Synthesize
from tests.infrastructure.synthesis import LOOPBACK, Resource, Synthesis, context
from tests.infrastructure.template import closure, dependencies

HAIKU = "anthropic.claude-3-haiku-20240307-v1:0:200k"
STACK = "Model-faq"


def test_job_is_told_what_is_wanted(local: Synthesis) -> None:
    """All values are strings, because CloudFormation hands on nothing else."""
    job = local.only(STACK, "Custom::BedrockModelCustomizationJob")
    (dataset,) = local.resources(STACK, "Custom::BedrockTrainingDataset")
    assert {key: value for key, value in job.items() if key not in {"ServiceToken", "Evaluation"}} == {
        "ServiceTimeout": "600",
        "Model": "faq",
        "BaseModel": HAIKU,
        "CustomizationType": "FINE_TUNING",
        "Hyperparameters": {"epochCount": "10"},
        "TrainingUri": {"Fn::GetAtt": [dataset, "TrainingUri"]},
        "ValidationUri": {"Fn::GetAtt": [dataset, "ValidationUri"]},
        "TestUri": {"Fn::GetAtt": [dataset, "TestUri"]},
        "EstimatedTokens": {"Fn::GetAtt": [dataset, "EstimatedTokens"]},
        "KeepPrevious": "1",
        "BilledEpochs": "10",
        "UsdPer1kTokens": "",
        "MaxUsdPerJob": "",
        "MaxUsdPerMonth": "",
        "EndpointHourlyUsd": "",
        "Tags": {},
    }
    assert json.loads(job["Evaluation"])["mode"] == "enabled"


@pytest.mark.parametrize(("environment", "serving"), [("local", "provisioned"), ("dev", "on_demand")])
def test_endpoint_is_told_what_is_wanted(synthesize: Synthesize, environment: str, serving: str) -> None:
    """Both serving paths; outside wait mode nothing waits."""
    synthesis = synthesize(environment)
    endpoint = synthesis.only(STACK, "Custom::BedrockModelEndpoint")
    assert endpoint["Serving"] == serving
    assert (endpoint["ModelUnits"], endpoint["Commitment"], endpoint["NeedsApproval"]) == ("1", "none", "false")
    assert "WaitConditionLogicalId" not in endpoint
    assert synthesis.resources(STACK, "AWS::CloudFormation::WaitCondition") == {}


def test_hyperparameters_are_written_canonically(synthesize: Synthesize) -> None:
    """However a number is spelled, the job is the same (faults A26, B16)."""
    spelled = {
        "training.base_model": "nova-lite",
        "training.hyperparameters.learningRate": "1e-05",
        "training.hyperparameters.epochCount": "02",
    }
    job = synthesize("dev", **spelled).only(STACK, "Custom::BedrockModelCustomizationJob")
    assert job["BaseModel"] == "amazon.nova-lite-v1:0:300k"
    assert job["Hyperparameters"] == {
        "epochCount": "2",
        "learningRate": "0.00001",
        "learningRateWarmupSteps": "1",
    }


def test_local_files_travel_as_assets_of_one_file_each(local: Synthesis) -> None:
    """The URI is the asset's, so it changes with the content."""
    dataset = local.only(STACK, "Custom::BedrockTrainingDataset")
    bucket = "s3://cdk-hnb659fds-assets-000000000000-us-west-2/"
    for split in ("Training", "Validation", "Test"):
        assert dataset[split].startswith(bucket)
        key = dataset[split].removeprefix(bucket)
        assert (local.folder / f"asset.{key}").is_file()


def test_s3_uris_are_passed_on_with_their_version(synthesize: Synthesize) -> None:
    """A pinned version is what is read, and only that object may be read."""
    uri = "s3://training-data/faq/training.jsonl?versionId=v1"
    synthesis = synthesize("dev", **{"training.dataset.training": uri, "training.dataset.system_prompt": "Be brief."})
    dataset = synthesis.only(STACK, "Custom::BedrockTrainingDataset")
    assert (dataset["Training"], dataset["SystemPrompt"]) == (uri, "Be brief.")
    policy = synthesis.only(STACK, "AWS::IAM::Policy")["PolicyDocument"]["Statement"]
    assert "arn:aws:s3:::training-data/faq/training.jsonl" in policy[0]["Resource"]


def test_dataset_is_told_which_warnings_are_accepted_and_the_batch_size(
    local: Synthesis, synthesize: Synthesize
) -> None:
    """All as strings, and nothing where nothing was configured."""
    given = {"training.dataset.waivers.DS606": "long on purpose", "training.hyperparameters.batchSize": "8"}
    dataset = synthesize("local", **given).only(STACK, "Custom::BedrockTrainingDataset")
    assert (dataset["Waivers"], dataset["BatchSize"]) == ({"DS606": "long on purpose"}, "8")
    assert not {"Waivers", "BatchSize"} & set(local.only(STACK, "Custom::BedrockTrainingDataset"))


def test_every_custom_resource_has_a_timeout_of_its_own(each: Synthesis) -> None:
    """CloudFormation's default is an hour of silence."""
    custom = {
        resource["Type"]: resource["Properties"]["ServiceTimeout"]
        for stack in each.templates
        for resource in each.resources(stack).values()
        if resource["Type"].startswith(("Custom::", "AWS::CloudFormation::CustomResource"))
    }
    emptied = {} if each.environment == "prod" else {"Custom::EmptiedBucket": "1200"}
    assert custom == {
        "Custom::BedrockPreflight": "600",
        "Custom::BedrockTrainingDataset": "1200",
        "Custom::BedrockModelCustomizationJob": "600",
        "Custom::BedrockModelEndpoint": "600",
        "Custom::LifecycleGuard": "900",
        **emptied,
    }


def test_no_handling_can_still_run_when_cloudformation_gives_up(each: Synthesis) -> None:
    """A late run could buy for a stack that does not know of it: event age and run time stay below the timeout.

    The training dataset's run takes Lambda's longest, 15 minutes, so its resource waits for 20.
    """
    ages = _event_ages(each)
    found = [
        (int(resource["Properties"]["ServiceTimeout"]), *_function_behind(each, stack, resource["Properties"]))
        for stack in each.templates
        for resource in each.resources(stack).values()
        if resource["Type"].startswith("Custom::")
    ]
    assert len(found) == (5 if each.environment == "prod" else 8)
    for service_timeout, function, function_timeout in found:
        assert ages[function] + function_timeout < service_timeout, function


def test_commitment_is_asked_for_by_nobody(each: Synthesis) -> None:
    """Terms need an approval that no configuration can give yet (invariant I5)."""
    endpoint = each.only(STACK, "Custom::BedrockModelEndpoint")
    assert (endpoint["Commitment"], endpoint["CommitmentApproval"], endpoint["CommitmentApprovedUntil"]) == (
        "none",
        "",
        "",
    )


@pytest.mark.parametrize("environment", ["local", "dev", "staging", "prod"])
@pytest.mark.parametrize("term", ["one_month", "six_months", "ONE_MONTH", ""])
def test_commitment_is_refused_at_synth(environment: str, term: str) -> None:
    """Neither the reviewed map nor a slip on the command line can commit (fault C13)."""
    endpoint_url = LOOPBACK if environment == "local" else None
    with pytest.raises(configuration.ConfigurationError, match=r"-c endpoint\.commitment: "):
        configuration.load(context(environment, **{"endpoint.commitment": term}), endpoint_url)


def test_teardown_goes_endpoint_job_dataset(local: Synthesis) -> None:
    """CloudFormation deletes in the reverse order of what needs what."""
    needs = dependencies(local.templates[STACK])
    dataset, job, endpoint = (
        next(iter(local.resources(STACK, f"Custom::Bedrock{kind}")))
        for kind in ("TrainingDataset", "ModelCustomizationJob", "ModelEndpoint")
    )
    assert job in closure(endpoint, needs)
    assert dataset in closure(job, needs)


def test_outputs_say_where_to_look(local: Synthesis) -> None:
    """Names for people; nothing is exported."""
    outputs = local.templates[STACK]["Outputs"]
    assert set(outputs) == {"PointerParameter", "JobName", "Generation", "DatasetReport"}
    assert not [output for output in outputs.values() if "Export" in output]


def test_wait_mode_waits_for_the_endpoint(synthesize: Synthesize) -> None:
    """A wait condition without a pre-signed handle, signalled by the driver within twelve hours."""
    synthesis = synthesize("local", wait="true")
    ((logical_id, condition),) = synthesis.resources(STACK, "AWS::CloudFormation::WaitCondition").items()
    ((endpoint_id, endpoint),) = synthesis.resources(STACK, "Custom::BedrockModelEndpoint").items()
    assert endpoint["Properties"]["WaitConditionLogicalId"] == logical_id
    assert condition["CreationPolicy"] == {"ResourceSignal": {"Count": 1, "Timeout": "PT12H"}}
    assert condition["DependsOn"] == [endpoint_id]
    assert "Properties" not in condition


def test_wait_condition_is_new_when_another_model_is_wanted(synthesize: Synthesize) -> None:
    """A wait condition cannot be updated: only a new logical id waits again."""

    def waiting(**overrides: str) -> str:
        synthesis = synthesize("local", wait="true", **overrides)
        (logical_id,) = synthesis.resources(STACK, "AWS::CloudFormation::WaitCondition")
        return logical_id

    assert waiting(**{"training.hyperparameters.epochCount": "3"}) != waiting()
    for decides_nothing in ({"training.keep_previous": "2"}, {"training.dataset.waivers.DS606": "long on purpose"}):
        assert waiting(**decides_nothing) == waiting()


def _event_ages(synthesis: Synthesis) -> dict[str, int]:
    """The longest age of an event, in seconds, by the logical id of its function."""
    return {
        handling["Properties"]["FunctionName"]["Ref"]: handling["Properties"]["MaximumEventAgeInSeconds"]
        for stack in ("Foundation", "Control")
        for handling in synthesis.resources(stack, "AWS::Lambda::EventInvokeConfig").values()
    }


def _function_behind(synthesis: Synthesis, stack: str, properties: Resource) -> tuple[str, int]:
    """The logical id and the timeout, in seconds, of the function that a custom resource calls."""
    token = properties["ServiceToken"]
    if "Fn::ImportValue" in token:
        outputs = synthesis.templates["Control"]["Outputs"].values()
        (token,) = [o["Value"] for o in outputs if o.get("Export", {}).get("Name") == token["Fn::ImportValue"]]
        stack = "Control"
    function = token["Fn::GetAtt"][0]
    return function, synthesis.resources(stack)[function]["Properties"]["Timeout"]
