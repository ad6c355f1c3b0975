"""Bedrock inside the running embedded AWS: IAM and KMS decide, for callers and for the service role."""

import json
from typing import Any

from tests.local.account import Account
from tests.local.bedrock.embedded import FOUNDATION, PREFIX, READ, TRUST, WRITE, Embedded, set_trust
from tests.local.bedrock.errors import refused
from tests.local.bedrock.world import HAIKU, REGION

TAGS = [{"key": "team:name", "value": "a"}]


def test_role_that_trusts_another_job_source_cannot_be_assumed(embedded: Embedded) -> None:
    """The conditions of the trust policy are evaluated."""
    other = {**TRUST, "Condition": {"StringEquals": {"aws:SourceAccount": "999999999999"}}}
    arn = embedded.root.role("mistrusting", [READ, WRITE])
    set_trust(embedded.root, "mistrusting", other)
    bedrock = embedded.root.client("bedrock")

    for role in (arn, f"{arn}-missing"):
        request = embedded.request("mistrusted", roleArn=role)
        message = refused("ValidationException", bedrock.create_model_customization_job, **request)
        assert message == "Could not assume provided IAM role"


def test_service_role_reads_and_writes_with_its_own_rights(embedded: Embedded) -> None:
    """Root starts the job, but the role's policies decide."""
    bedrock = embedded.root.client("bedrock")
    blind = embedded.root.role("blind", [WRITE], trusted={"Service": "bedrock.amazonaws.com"})
    mute = embedded.root.role("mute", [READ], trusted={"Service": "bedrock.amazonaws.com"})

    for role, expected in ((blind, "Could not validate GetObject"), (mute, "Could not validate PutObject")):
        request = embedded.request("unable", roleArn=role)
        assert expected in refused("ValidationException", bedrock.create_model_customization_job, **request)


def test_right_lost_after_the_request_fails_the_job(embedded: Embedded) -> None:
    """The role's policy counts at the moment of each access."""
    bedrock, iam = embedded.root.client("bedrock"), embedded.root.client("iam")
    role = embedded.root.role("losing", [READ, WRITE], trusted={"Service": "bedrock.amazonaws.com"})
    busy = [embedded.start(f"busy.{number}", hyperParameters={"epochCount": "10"}) for number in range(2)]
    arn = embedded.start("losing", roleArn=role)
    iam.put_role_policy(RoleName="losing", PolicyName="inline", PolicyDocument=json.dumps({"Statement": [WRITE]}))

    job = embedded.ended(bedrock, arn)

    assert (job["status"], job["failureMessage"].split(":")[0]) == (
        "Failed",
        "Could not validate GetObject permissions to access Amazon S3 bucket",
    )
    for other in busy:
        embedded.ended(bedrock, other)


def least_privilege(service_role: str) -> list[dict[str, Any]]:
    """Statements that let a caller start, see and stop jobs with its own tag."""
    request_tag = {"StringEquals": {"aws:RequestTag/team:name": "a"}}
    resource_tag = {"StringEquals": {"aws:ResourceTag/team:name": "a"}}
    classes = [FOUNDATION, f"{PREFIX}:custom-model/*", f"{PREFIX}:model-customization-job/*"]
    return [
        {
            "Effect": "Allow",
            "Action": "bedrock:CreateModelCustomizationJob",
            "Resource": classes,
            "Condition": request_tag,
        },
        {"Effect": "Allow", "Action": "bedrock:TagResource", "Resource": classes[1:], "Condition": request_tag},
        {"Effect": "Allow", "Action": "bedrock:GetModelCustomizationJob", "Resource": classes[2]},
        {
            "Effect": "Allow",
            "Action": "bedrock:StopModelCustomizationJob",
            "Resource": classes[2],
            "Condition": resource_tag,
        },
        {
            "Effect": "Allow",
            "Action": "iam:PassRole",
            "Resource": service_role,
            "Condition": {"StringEquals": {"iam:PassedToService": "bedrock.amazonaws.com"}},
        },
    ]


def test_least_privilege_policy_on_real_resources_is_enough_and_each_part_is_needed(embedded: Embedded) -> None:
    """MiniStack's own check does not interfere, and tags of request and resource are condition keys."""
    statements = least_privilege(embedded.role)
    tags = {"jobTags": TAGS, "customModelTags": TAGS}
    caller = embedded.root.assume(embedded.root.role("caller", statements)).client("bedrock")

    job = caller.create_model_customization_job(**embedded.request("least", **tags))["jobArn"]
    caller.stop_model_customization_job(jobIdentifier=job)
    assert embedded.ended(caller, job)["status"] == "Stopped"
    untagged = embedded.start("untagged")
    refused("AccessDeniedException", caller.stop_model_customization_job, jobIdentifier=untagged)
    refused("AccessDeniedException", caller.list_custom_models)
    refused("AccessDeniedException", caller.create_model_customization_job, **embedded.request("no-tags"))
    for number, missing in enumerate(("bedrock:TagResource", "iam:PassRole")):
        kept = [statement for statement in statements if statement["Action"] != missing]
        poor = embedded.root.assume(embedded.root.role(f"poor-{number}", kept)).client("bedrock")
        message = refused(
            "AccessDeniedException", poor.create_model_customization_job, **embedded.request("poor", **tags)
        )
        assert f"is not authorized to perform: {missing} on resource: " in message


def test_invocation_is_allowed_by_a_policy_on_the_base_model_alone(embedded: Embedded) -> None:
    """And denied to who may invoke only something else."""
    model_id = HAIKU.removesuffix(":200k")
    foundation = f"arn:aws:bedrock:{REGION}::foundation-model/{model_id}"
    messages = [{"role": "user", "content": [{"text": "Hello"}]}]

    def invoker(name: str, resource: str) -> Any:
        statement = {"Effect": "Allow", "Action": "bedrock:InvokeModel", "Resource": resource}
        return embedded.root.assume(embedded.root.role(name, [statement])).client("bedrock-runtime")

    answer = invoker("invoker", foundation).converse(modelId=model_id, messages=messages)
    assert answer["output"]["message"]["content"][0]["text"].startswith("[stand-in for Claude 3 Haiku]")
    other = invoker("other-invoker", f"{PREFIX}:provisioned-model/*")
    refused("AccessDeniedException", other.converse, modelId=model_id, messages=messages)


def test_wrong_signature_is_refused(embedded: Embedded) -> None:
    """Bedrock judges permissions itself, but credentials are still checked."""
    account = embedded.root.assume(embedded.root.role("signer"))
    credentials = account.client("bedrock")._request_signer._credentials
    forged = Account(account.endpoint_url, REGION, credentials.access_key, "wrong", credentials.token)

    refused("InvalidSignatureException", forged.client("bedrock").list_custom_models)


def test_key_policy_decides_whether_a_model_can_be_encrypted(embedded: Embedded) -> None:
    """A key that only its administrator may use is of no use to the caller; one that is disabled to nobody."""
    kms, bedrock = embedded.root.client("kms"), embedded.root.client("bedrock")
    key = kms.create_key()["KeyMetadata"]
    request = embedded.request("encrypted", customModelKmsKeyId=key["Arn"])
    rights = [{"Effect": "Allow", "Action": ["bedrock:*", "iam:PassRole"], "Resource": "*"}]
    caller = embedded.root.assume(embedded.root.role("keyless", rights)).client("bedrock")

    assert "kms:DescribeKey" in refused("AccessDeniedException", caller.create_model_customization_job, **request)
    job = embedded.ended(bedrock, embedded.start("encrypted", customModelKmsKeyId=key["Arn"]))
    assert job["outputModelKmsKeyArn"] == key["Arn"]
    kms.disable_key(KeyId=key["KeyId"])
    again = {**request, "jobName": "encrypted.2", "customModelName": "encrypted-2"}
    assert "not enabled" in refused("ValidationException", bedrock.create_model_customization_job, **again)
