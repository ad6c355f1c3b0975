"""Rules across stacks: what crosses between them, what must not move, and in which order they go."""

import graphlib
import re

from tests.infrastructure.conftest import Synthesize
from tests.infrastructure.synthesis import ROOT, Synthesis
from tests.infrastructure.template import closure, dependencies, references

#: Renaming any of these loses data: CloudFormation would create a new one and delete or orphan the old one.
STATEFUL = {
    "AWS::KMS::Key": {"KeyE447D366", "ManifestKey5363A701"},
    "AWS::S3::Bucket": {"AccessLogBucket99AA64AA", "DataBucketB1A7365C", "OutputBucket2EA07295"},
    "AWS::DynamoDB::Table": {"RegistryTable11ED2D5E"},
}
#: It signs what the driver issues; no custom resource needs it.
MANIFEST_KEY = "ManifestKey5363A701"
#: The one role that may sign manifests.
SIGNER = "DriverFunctionRole15DEA521"
#: Their Delete acts on what was bought; a new logical id would make CloudFormation delete the old one.
OWNERS = {
    "Custom::BedrockTrainingDataset": {"DatasetB87AF082"},
    "Custom::BedrockModelCustomizationJob": {"CustomizationJob223E56EC"},
    "Custom::BedrockModelEndpoint": {"EndpointEEF1FD8F"},
}
#: Custom resource by stack and logical id: its type, and the function that its service token names. CloudFormation
#: updates neither type nor token of a custom resource, so another line here is a replacement of what was bought.
CUSTOM_RESOURCES = {
    ("Control", "LifecycleGuard78268F5F"): ("Custom::LifecycleGuard", "LifecycleGuardFunction"),
    ("Foundation", "EmptiedAccessLogBucket3BA695F8"): ("Custom::EmptiedBucket", "BucketEmptyingFunction"),
    ("Foundation", "EmptiedDataBucketDFA9F1F0"): ("Custom::EmptiedBucket", "BucketEmptyingFunction"),
    ("Foundation", "EmptiedOutputBucketC7154681"): ("Custom::EmptiedBucket", "BucketEmptyingFunction"),
    ("Model-faq", "CustomizationJob223E56EC"): ("Custom::BedrockModelCustomizationJob", "CustomizationJobFunction"),
    ("Model-faq", "DatasetB87AF082"): ("Custom::BedrockTrainingDataset", "TrainingDatasetFunction"),
    ("Model-faq", "PreflightE04C9B51"): ("Custom::BedrockPreflight", "PreflightFunction"),
    ("Model-faq", "EndpointEEF1FD8F"): ("Custom::BedrockModelEndpoint", "ModelEndpointFunction"),
}
EXPORTS = {
    "Foundation": {
        ("KeyE447D366", "Arn"),
        ("ManifestKey5363A701", "Arn"),
        ("DataBucketB1A7365C", "Arn"),
        ("DataBucketB1A7365C", "Ref"),
        ("OutputBucket2EA07295", "Arn"),
        ("OutputBucket2EA07295", "Ref"),
        ("ServiceRole05ECCE8E", "Arn"),
        ("RegistryTable11ED2D5E", "Arn"),
        ("RegistryTable11ED2D5E", "Ref"),
    },
    "Control": {
        ("PreflightFunctionB74AEE08", "Arn"),
        ("TrainingDatasetFunctionA2C228AE", "Arn"),
        ("CustomizationJobFunction88EB7D16", "Arn"),
        ("ModelEndpointFunction77091200", "Arn"),
        ("PromotedModelFunction3497EAA3", "Arn"),
        ("TrainingDatasetFunctionRole4AD86D80", "Arn"),
        # For model stacks of the release before this one.
        ("TrainingDatasetFunctionRole4AD86D80", "Ref"),
    },
    "Model-faq": set(),
}


def test_logical_ids_of_stateful_resources_are_pinned(each: Synthesis) -> None:
    """Changing one of these is a data migration, not a refactoring."""
    assert {type_: set(each.resources("Foundation", type_)) for type_ in STATEFUL} == STATEFUL
    assert {type_: set(each.resources("Model-faq", type_)) for type_ in OWNERS} == OWNERS


def test_custom_resources_keep_type_and_service_token(each: Synthesis) -> None:
    """CloudFormation cannot update either (fault A30)."""
    exported = {
        output["Export"]["Name"]: output["Value"]
        for stack in each.templates.values()
        for output in stack.get("Outputs", {}).values()
        if "Export" in output
    }
    found = {
        (stack, logical_id): (resource["Type"], _function_named(resource["Properties"]["ServiceToken"], exported))
        for stack in each.templates
        for logical_id, resource in each.resources(stack).items()
        if resource["Type"].startswith(("Custom::", "AWS::CloudFormation::CustomResource"))
    }
    stacks = {"Control", "Model-faq"} | (set() if each.environment == "prod" else {"Foundation"})
    assert found == {key: value for key, value in CUSTOM_RESOURCES.items() if key[0] in stacks}


def test_account_with_an_old_bootstrap_is_refused(each: Synthesis) -> None:
    """Version 21 is the first that takes assets from buckets of the account only (fault F03)."""
    for template in each.templates.values():
        (assertion,) = template["Rules"]["RecentBootstrap"]["Assertions"]
        ((too_old, version),) = [one["Fn::Contains"] for one in assertion["Assert"]["Fn::Not"]]
        assert too_old == [str(version) for version in range(1, 21)]
        assert version == {"Ref": "BootstrapVersion"}
        assert template["Parameters"]["BootstrapVersion"]["Type"] == "AWS::SSM::Parameter::Value<String>"


def test_exports_are_stable_names_only(each: Synthesis) -> None:
    """An export in use cannot change: no asset hash, digest or generation may ever be one."""
    for stack, expected in EXPORTS.items():
        exported = {_value(output) for output in each.templates[stack]["Outputs"].values() if "Export" in output}
        assert exported == expected


def test_exports_do_not_depend_on_what_is_deployed(synthesize: Synthesize, local: Synthesis) -> None:
    """Another model configuration changes the model's own stack and no other."""
    other = synthesize("local", wait="true", **{"training.hyperparameters.epochCount": "3"})
    assert other.text("Foundation") == local.text("Foundation")
    assert other.text("Control") == local.text("Control")
    assert other.text("Model-faq") != local.text("Model-faq")


def test_no_stack_has_a_dependency_cycle(each: Synthesis) -> None:
    """CloudFormation would refuse it, and CDK does not look."""
    for stack, template in each.templates.items():
        order = list(graphlib.TopologicalSorter(dependencies(template)).static_order())
        assert set(order) == set(each.resources(stack))


def test_custom_resources_outlive_nothing_that_they_need(each: Synthesis) -> None:
    """Function, role, policies and log group go after the resource whose Delete still needs them (fault A29)."""
    for stack in ("Foundation", "Control"):
        needs = dependencies(each.templates[stack])
        for logical_id, resource in each.resources(stack).items():
            if not resource["Type"].startswith("Custom::"):
                continue
            function = resource["Properties"]["ServiceToken"]["Fn::GetAtt"][0]
            role = each.resources(stack)[function]["Properties"]["Role"]["Fn::GetAtt"][0]
            policies = [
                i
                for i, policy in each.resources(stack, "AWS::IAM::Policy").items()
                if {"Ref": role} in policy["Properties"]["Roles"] and not _is_of_another_bucket(i, logical_id)
            ]
            log_group = each.resources(stack)[function]["Properties"]["LoggingConfig"]["LogGroup"]["Ref"]
            assert {function, role, log_group, *policies} <= closure(logical_id, needs)


def test_dataset_outlives_nothing_that_it_needs(each: Synthesis) -> None:
    """The right to read its sources is in the model's own stack, and goes after it (fault A29)."""
    needs = dependencies(each.templates["Model-faq"])
    (dataset,) = each.resources("Model-faq", "Custom::BedrockTrainingDataset")
    assert set(each.resources("Model-faq", "AWS::IAM::Policy")) <= closure(dataset, needs)


def test_custom_resources_are_answered_until_they_are_gone(each: Synthesis) -> None:
    """What answers in a function's place, its rights and its queue go after the resource, like the key (fault A29)."""
    for stack in ("Foundation", "Control"):
        needs = dependencies(each.templates[stack])
        for logical_id, resource in each.resources(stack).items():
            if not resource["Type"].startswith("Custom::"):
                continue
            needed = closure(logical_id, needs)
            answering = {i for i in each.resources(stack) if i.startswith(("Undelivered", "DeadLetterQueue"))}
            handling = set(each.resources(stack, "AWS::Lambda::EventInvokeConfig"))
            keys = set(each.resources(stack, "AWS::KMS::Key")) - {MANIFEST_KEY}
            assert answering | handling | keys <= needed, logical_id


def test_stacks_are_taken_down_models_first(each: Synthesis) -> None:
    """Control outlives the models, and Foundation outlives Control."""
    assert each.stack_name("Control") in each.artifact("Model-faq")["dependencies"]
    assert each.stack_name("Foundation") in each.artifact("Control")["dependencies"]
    imports = set(re.findall(r'"Fn::ImportValue": "([^":]+):', each.text("Model-faq")))
    assert imports == {each.stack_name("Control")}


def test_stacks_are_directly_under_the_app(each: Synthesis) -> None:
    """`cdk deploy --all -c env=dev` must just work: three stacks, named after project and environment."""
    assert set(each.templates) == {"Foundation", "Control", "Model-faq"}
    for stack in each.templates:
        assert each.artifact(stack)["displayName"] == each.stack_name(stack)


TAGGED = (
    "AWS::DynamoDB::Table",
    "AWS::Events::Rule",
    "AWS::IAM::Role",
    "AWS::KMS::Key",
    "AWS::Lambda::Function",
    "AWS::Logs::LogGroup",
    "AWS::S3::Bucket",
    "AWS::SNS::Topic",
    "AWS::SQS::Queue",
    "AWS::StepFunctions::StateMachine",
)


def test_everything_carries_the_owner_tags(each: Synthesis) -> None:
    """On the stacks, and on every resource that can have tags."""
    owner = {"finetuning:project": "finetuning", "finetuning:environment": each.environment}
    for stack in each.templates:
        assert each.artifact(stack)["properties"]["tags"] == owner
        for logical_id, resource in each.resources(stack).items():
            if resource["Type"] in TAGGED:
                tags = {tag["Key"]: tag["Value"] for tag in resource["Properties"]["Tags"]}
                assert tags == owner | ({"finetuning:signs": "manifests"} if logical_id == SIGNER else {})


def test_account_and_region_are_the_configured_ones(each: Synthesis) -> None:
    """Nothing is left to whoever happens to be logged in."""
    expected = "aws://000000000000/us-west-2" if each.environment == "local" else "aws://111122223333/us-east-1"
    assert {each.artifact(stack)["environment"] for stack in each.templates} == {expected}


def test_templates_name_no_path_of_this_machine(each: Synthesis) -> None:
    """A template is the same wherever it is made."""
    for stack in each.templates:
        assert str(each.folder) not in each.text(stack)
        assert str(ROOT) not in each.text(stack)


def _is_of_another_bucket(policy: str, resource: str) -> bool:
    return "Rights" in policy and not policy.startswith(re.sub(r"[0-9A-F]{8}$", "", resource) + "Rights")


def _function_named(token: dict[str, object], exported: dict[str, dict[str, object]]) -> str:
    """The function of a service token, without the hash of its logical id, which names its place and not its code."""
    value = exported[str(token["Fn::ImportValue"])] if "Fn::ImportValue" in token else token
    (logical_id,) = references(value)
    assert value == {"Fn::GetAtt": [logical_id, "Arn"]}
    return re.sub(r"[0-9A-F]{8}$", "", logical_id)


def _value(output: dict[str, dict[str, object]]) -> tuple[object, object]:
    ((kind, value),) = output["Value"].items()
    return tuple(value) if kind == "Fn::GetAtt" else (value, kind)  # type: ignore[arg-type,return-value]  # two strings
