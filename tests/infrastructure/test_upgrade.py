"""From the release before to this one: nothing that lasts is replaced or removed, and nothing is bought again."""

import json
from typing import Any

import pytest

from tests.infrastructure import released
from tests.infrastructure.conftest import Synthesize
from tests.infrastructure.synthesis import Synthesis
from tests.unit.lambdas.story import MODEL, Story

#: The last is of a team that trains in prod too, and keeps its cdk.json.
ENVIRONMENTS = ("local", "dev", "prod")
STACKS = ("Foundation", "Control", "Model-faq")
#: What this release takes away: the right to read a model's files is a role's of its own now.
REMOVED = {("Model-faq", "DatasetSources819ABDD7")}
#: What CloudFormation makes anew without anybody noticing: rights of services to call a function.
REPLACEABLE = {"AWS::Lambda::Permission"}
STAGED = {
    "TrainingUri": f"s3://data/datasets/faq/{'a' * 64}/training.jsonl",
    "ValidationUri": f"s3://data/datasets/faq/{'b' * 64}/validation.jsonl",
    "TestUri": f"s3://data/datasets/faq/{'c' * 64}/test.jsonl",
    "EstimatedTokens": "30000",
}


@pytest.fixture(params=ENVIRONMENTS)
def now(request: pytest.FixtureRequest, synthesize: Synthesize) -> Synthesis:
    """This release."""
    return synthesize(request.param)


def test_nothing_is_removed_or_another_type(now: Synthesis) -> None:
    """CloudFormation refuses to change the type of a resource, and deletes what is gone."""
    before = released.templates(now.environment)
    gone = {(s, i) for s in STACKS for i in before[s]["Resources"] if i not in now.resources(s)}
    assert gone == REMOVED
    for stack in STACKS:
        for logical_id, resource in before[stack]["Resources"].items():
            if (stack, logical_id) not in REMOVED:
                assert now.resources(stack)[logical_id]["Type"] == resource["Type"], logical_id


def test_nothing_is_replaced(now: Synthesis) -> None:
    """No property changed that only a new resource can have; a new bucket, key, table or role is empty."""
    compared = set()
    for stack, template in released.templates(now.environment).items():
        for logical_id, resource in template["Resources"].items():
            type_ = resource["Type"]
            if (stack, logical_id) in REMOVED or type_ in REPLACEABLE:
                continue
            after = now.resources(stack)[logical_id].get("Properties", {})
            for name in released.replacing(type_):
                assert after.get(name) == resource.get("Properties", {}).get(name), (logical_id, name)
                compared.add(type_)
    assert {"AWS::S3::Bucket", "AWS::DynamoDB::Table", "AWS::IAM::Role", "Custom::BedrockModelEndpoint"} <= compared


def test_what_lasts_is_kept_as_before(now: Synthesis) -> None:
    """Deletion policies, and the key that encrypts: under another one, it could not be read."""
    before = released.templates(now.environment)["Foundation"]["Resources"]
    for logical_id, resource in before.items():
        after = now.resources("Foundation")[logical_id]
        for policy in ("DeletionPolicy", "UpdateReplacePolicy"):
            assert after.get(policy) == resource.get(policy), logical_id
    for name in ("BucketEncryption", "VersioningConfiguration"):
        for logical_id in (i for i, r in before.items() if r["Type"] == "AWS::S3::Bucket"):
            after = now.resources("Foundation")[logical_id]["Properties"]
            assert after.get(name) == before[logical_id]["Properties"].get(name)


def test_every_export_is_still_there(now: Synthesis) -> None:
    """Foundation and Control are updated while the stacks that import from them are still those of before."""
    for stack, template in released.templates(now.environment).items():
        outputs = now.templates[stack]["Outputs"]
        for name, output in template.get("Outputs", {}).items():
            if "Export" in output:
                assert outputs[name] == output


@pytest.mark.parametrize("environment", ENVIRONMENTS)
def test_upgrade_starts_no_job_and_buys_no_endpoint(environment: str, synthesize: Synthesize) -> None:
    """The record, the requests and the functions meet as in a deployment: the old record, then the new properties."""
    story = Story()
    _deploy(story, _properties(released.templates(environment)["Model-faq"]["Resources"]))
    before = _what_is_there(story)
    _, version = story.table.items[MODEL]
    story.table.items[MODEL] = (released.record(environment), version)
    started, bought = len(story.jobs.jobs), _bought(story)

    now = synthesize(environment, **released.CONFIGURED.get(environment, {}))
    _deploy(story, _properties(now.resources("Model-faq")))

    assert (len(story.jobs.jobs), _bought(story)) == (started, bought) == (1, 1)
    assert _what_is_there(story) == before
    assert (story.record.settled, story.record.problem) == (True, "")


@pytest.mark.parametrize("environment", ENVIRONMENTS)
def test_functions_of_this_release_understand_stacks_of_the_one_before(environment: str) -> None:
    """Control is updated first, and a model's stack may stay behind for as long as nobody deploys it."""
    story = Story()
    properties = _properties(released.templates(environment)["Model-faq"]["Resources"])
    _deploy(story, properties)
    story.table.items[MODEL] = (released.record(environment), story.table.items[MODEL][1])
    before = _what_is_there(story)
    properties["Endpoint"] = {**properties["Endpoint"], "Tags": {"team": "support"}}
    _deploy(story, properties)
    assert _what_is_there(story) == before
    assert (len(story.jobs.jobs), _bought(story)) == (1, 1)
    story.stack.destroy()
    story.machine.run()
    assert story.alive == ([], [], [])


def _properties(resources: dict[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """What the functions of job and endpoint are told; attributes of the staged data in the place of references."""
    told = {
        logical_id: {k: v for k, v in r["Properties"].items() if k not in {"ServiceToken", "ServiceTimeout"}}
        for kind, logical_id in (("ModelCustomizationJob", "Job"), ("ModelEndpoint", "Endpoint"))
        for r in resources.values()
        if r["Type"] == f"Custom::Bedrock{kind}"
    }
    told["Job"] |= {name: value for name, value in STAGED.items() if name in told["Job"]}
    assert "Fn::" not in json.dumps(told)
    return told


def _deploy(story: Story, properties: dict[str, dict[str, Any]]) -> None:
    """Deploy, and let whatever job was started end."""
    story.stack.deploy(properties)
    story.machine.run()
    for name in story.jobs.running:
        story.jobs.end(name)
        story.events.handle(name, "Completed")
    story.machine.run()


def _what_is_there(story: Story) -> tuple[Any, ...]:
    """Jobs, models and endpoints, the pointer, and the ids by which CloudFormation knows the two resources."""
    physical_ids = {name: resource.physical_id for name, resource in story.stack.resources.items()}
    return (*story.alive, dict(story.pointer.parameters), physical_ids)


def _bought(story: Story) -> int:
    return len(story.throughput.bought) + len(story.deployments.bought)
