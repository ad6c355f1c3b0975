"""What evaluation and promotion need of the running server: service roles, holds, a workload account, throttling."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from local.faults.client import FaultsClient
from tests.local.account import Account, eventually
from tests.local.bedrock.embedded import PREFIX, Embedded
from tests.local.bedrock.errors import refused
from tests.local.bedrock.test_evaluation_jobs import ANSWERS, JUDGE, request
from tests.local.bedrock.world import ACCOUNT, REGION

WORKLOAD = "111111111111"
HOLD = "finetuning:hold-prod"


@pytest.fixture(scope="module")
def model(embedded: Embedded) -> str:
    """A custom model."""
    bedrock = embedded.root.client("bedrock")
    return str(embedded.ended(bedrock, embedded.start("promoted"))["outputModelArn"])


@pytest.fixture(scope="module")
def endpoint(embedded: Embedded, model: str) -> Iterator[str]:
    """A throughput of it in service, tagged as the project's."""
    bedrock = embedded.root.client("bedrock")
    bought = {"provisionedModelName": "promoted", "modelUnits": 1, "modelId": model}
    tags = [{"key": "finetuning:environment", "value": "prod"}]
    arn: str = bedrock.create_provisioned_model_throughput(**bought, tags=tags)["provisionedModelArn"]

    def serves() -> bool:
        status = bedrock.get_provisioned_model_throughput(provisionedModelId=arn)["status"]
        return bool(status == "InService")

    eventually(serves)
    yield arn
    bedrock.delete_provisioned_model_throughput(provisionedModelId=arn)


def ask(who: Account, model_id: str) -> Any:
    """Ask one question."""
    messages = [{"role": "user", "content": [{"text": "What is Amazon Bedrock?"}]}]
    return who.client("bedrock-runtime").converse(modelId=model_id, messages=messages)


def test_evaluation_job_works_with_the_rights_of_its_role(embedded: Embedded) -> None:
    """It reads and writes S3 and asks models as the role; the role must trust Bedrock for evaluation jobs."""
    root = embedded.root
    root.client("s3").put_object(Bucket="data", Key="answers.jsonl", Body="\n".join(map(json.dumps, ANSWERS)))
    trusted = {"Service": "bedrock.amazonaws.com"}
    read = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::data/*"}
    write = {"Effect": "Allow", "Action": "s3:PutObject", "Resource": "arn:aws:s3:::output/evaluations/*"}
    judge = f"arn:aws:bedrock:{REGION}::foundation-model/{JUDGE}"
    invoke = {"Effect": "Allow", "Action": "bedrock:InvokeModel", "Resource": judge}
    bedrock = root.client("bedrock")
    for missing, expected in ((0, "cannot read"), (1, "cannot write"), (2, "not authorized to perform")):
        rights = [statement for number, statement in enumerate((read, write, invoke)) if number != missing]
        role = root.role(f"evaluates-without-{missing}", rights, trusted)
        refusal = refused("ValidationException", bedrock.create_evaluation_job, **request("refused", roleArn=role))
        assert expected in refusal
    arn = bedrock.create_evaluation_job(
        **request("embedded", roleArn=root.role("evaluates", [read, write, invoke], trusted))
    )["jobArn"]
    eventually(lambda: bedrock.get_evaluation_job(jobIdentifier=arn)["status"] == "Completed")
    listed = root.client("s3").list_objects_v2(Bucket="output", Prefix="evaluations/embedded/")["Contents"]
    assert [item["Key"].rpartition("_")[2] for item in listed if item["Size"]] == ["output.jsonl"]


def test_hold_is_put_on_a_model_by_tag_rights_alone(embedded: Embedded, model: str) -> None:
    """A role may put and take one tag, and no other; the tag is a condition of deleting the model."""
    tagging = {
        "Effect": "Allow",
        "Action": ["bedrock:TagResource", "bedrock:UntagResource"],
        "Resource": f"{PREFIX}:custom-model/*",
        "Condition": {"ForAllValues:StringEquals": {"aws:TagKeys": [HOLD]}},
    }
    reading = {"Effect": "Allow", "Action": "bedrock:ListTagsForResource", "Resource": f"{PREFIX}:custom-model/*"}
    deleting = {
        "Effect": "Allow",
        "Action": "bedrock:DeleteCustomModel",
        "Resource": "*",
        "Condition": {"Null": {f"aws:ResourceTag/{HOLD}": "true"}},
    }
    root = embedded.root
    bedrock = root.assume(root.role("holder", [tagging, reading, deleting])).client("bedrock")
    bedrock.tag_resource(resourceARN=model, tags=[{"key": HOLD, "value": "finetuning/faq"}])
    assert {"key": HOLD, "value": "finetuning/faq"} in bedrock.list_tags_for_resource(resourceARN=model)["tags"]
    other = [{"key": "finetuning:owner", "value": "me"}]
    refused("AccessDeniedException", bedrock.tag_resource, resourceARN=model, tags=other)
    refused("AccessDeniedException", bedrock.untag_resource, resourceARN=model, tagKeys=["finetuning:owner"])
    refused("AccessDeniedException", bedrock.delete_custom_model, modelIdentifier=model)
    bedrock.untag_resource(resourceARN=model, tagKeys=[HOLD])
    assert bedrock.list_tags_for_resource(resourceARN=model)["tags"] == []


def test_workload_account_invokes_the_endpoint_and_nothing_else(embedded: Embedded, endpoint: str) -> None:
    """Through a role that the endpoint's tags let in."""
    root, tag = embedded.root, "aws:ResourceTag/finetuning:environment"
    statement = {"Effect": "Allow", "Action": "bedrock:InvokeModel", "Resource": f"{PREFIX}:provisioned-model/*"}
    rights = [{**statement, "Condition": {"StringEquals": {tag: "prod"}}}]
    invoker = root.role("invokes-prod", rights, {"AWS": f"arn:aws:iam::{WORKLOAD}:root"})
    other = root.role("invokes-dev", [{**statement, "Condition": {"StringEquals": {tag: "dev"}}}])
    home = Account(root.endpoint_url, REGION, WORKLOAD)
    application = home.assume(
        home.role("application", [{"Effect": "Allow", "Action": "sts:AssumeRole", "Resource": invoker}])
    )
    refused("AccessDeniedException", ask, who=application, model_id=endpoint)
    session = application.assume(invoker)
    assert "fully managed" in ask(session, endpoint)["output"]["message"]["content"][0]["text"]
    refused("AccessDeniedException", ask, who=root.assume(other), model_id=endpoint)
    bedrock = session.client("bedrock")
    refused("AccessDeniedException", ask, who=session, model_id=JUDGE)
    refused("AccessDeniedException", bedrock.list_provisioned_model_throughputs)
    refused("AccessDeniedException", bedrock.get_provisioned_model_throughput, provisionedModelId=endpoint)
    refused("AccessDeniedException", bedrock.delete_provisioned_model_throughput, provisionedModelId=endpoint)
    refused("ResourceNotFoundException", ask, who=home, model_id=endpoint)
    assert home.client("bedrock").list_custom_models()["modelSummaries"] == []


def test_throttling_can_be_switched_on(embedded: Embedded, endpoint: str) -> None:
    """By a rule for one call, or by the quota of requests in a minute."""
    root, faults = embedded.root, FaultsClient(embedded.root.endpoint_url)
    rule = {"operation": "bedrock-runtime:Converse", "what": "error", "code": "ThrottlingException", "http_status": 429}
    try:
        faults.add(rule)
        refused("ThrottlingException", ask, who=root, model_id=endpoint)
        assert ask(root, endpoint)
        faults.add(requests_per_minute=0)
        refused("ThrottlingException", ask, who=root, model_id=endpoint)
    finally:
        faults.clear()
    assert ask(root, endpoint)


def test_copy_of_a_shared_model_belongs_to_the_other_account(embedded: Embedded, model: str) -> None:
    """What is not shared by RAM is not found there."""
    assert model.split(":")[4] == ACCOUNT
    there = Account(embedded.root.endpoint_url, "us-east-1", WORKLOAD).client("bedrock")
    wanted = {"sourceModelArn": model, "targetModelName": "shared"}
    refused("ResourceNotFoundException", there.create_model_copy_job, **wanted)
    ram = embedded.root.client("ram")
    share = ram.create_resource_share(name="models", resourceArns=[model], principals=[WORKLOAD])["resourceShare"]
    arn = there.create_model_copy_job(**wanted)["jobArn"]
    eventually(lambda: there.get_model_copy_job(jobArn=arn)["status"] == "Completed")
    assert f":{WORKLOAD}:custom-model/" in there.get_custom_model(modelIdentifier="shared")["modelArn"]
    shown = ram.get_resource_shares(resourceOwner="SELF")["resourceShares"]
    assert [(item["name"], item["status"]) for item in shown] == [("models", "ACTIVE")]
    ram.delete_resource_share(resourceShareArn=share["resourceShareArn"])
    refused("ResourceNotFoundException", there.create_model_copy_job, **{**wanted, "targetModelName": "again"})


def test_copy_of_an_encrypted_model_asks_for_its_key_in_its_own_region(embedded: Embedded) -> None:
    """Where the copy is made nobody knows that key."""
    root = embedded.root
    bedrock, kms = root.client("bedrock"), root.client("kms")
    key = kms.create_key()["KeyMetadata"]["Arn"]
    model = embedded.ended(bedrock, embedded.start("encrypted-here", customModelKmsKeyId=key))["outputModelArn"]
    there = Account(root.endpoint_url, "us-east-1", ACCOUNT).client("bedrock")
    arn = there.create_model_copy_job(sourceModelArn=model, targetModelName="of-encrypted")["jobArn"]
    eventually(lambda: there.get_model_copy_job(jobArn=arn)["status"] == "Completed")
    own = {"sourceModelArn": model, "targetModelName": "with-a-key-of-elsewhere", "modelKmsKeyId": key}
    assert "does not exist" in refused("ValidationException", there.create_model_copy_job, **own)
    kms.disable_key(KeyId=key)
    again = {"sourceModelArn": model, "targetModelName": "of-locked"}
    assert "is not enabled" in refused("ValidationException", there.create_model_copy_job, **again)
