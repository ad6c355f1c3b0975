"""Bedrock inside the running embedded AWS, through boto3: jobs, endpoints, answers, events."""

import http.client
import json
import time
from pathlib import Path
from urllib.parse import urlsplit

from lambdas.gateways.invocations import InvocationsGateway
from tests.local.account import Account, eventually
from tests.local.bedrock.embedded import Embedded, furnished, sample_lines, serving
from tests.local.bedrock.world import NOVA_LITE, SAMPLE, as_conversation


def test_model_is_trained_served_swapped_and_deleted(embedded: Embedded) -> None:
    """The whole life of two models on one throughput, through the real wire."""
    bedrock, runtime = embedded.root.client("bedrock"), embedded.root.client("bedrock-runtime")
    first, second = (embedded.ended(bedrock, embedded.start(name)) for name in ("life.1", "life.2"))
    assert first["status"] == second["status"] == "Completed"
    keys = [item["Key"] for item in embedded.root.client("s3").list_objects_v2(Bucket="output")["Contents"]]
    folder = f"jobs/model-customization-job-{first['jobArn'].split('/')[-1]}/"
    assert f"{folder}training_artifacts/step_wise_training_metrics.csv" in keys

    throughput = bedrock.create_provisioned_model_throughput(
        provisionedModelName="life", modelUnits=1, modelId=first["outputModelArn"]
    )["provisionedModelArn"]

    def serving(model: str) -> bool:
        found = bedrock.get_provisioned_model_throughput(provisionedModelId=throughput)
        return (found["status"], found["modelArn"]) == ("InService", model)

    eventually(lambda: serving(first["outputModelArn"]) or None)
    messages = [{"role": "user", "content": "What is Amazon Bedrock?"}]
    body = json.dumps({"anthropic_version": "bedrock-2023-05-31", "max_tokens": 200, "messages": messages})
    answer = json.loads(runtime.invoke_model(modelId=throughput, body=body)["body"].read())
    assert "fully managed service" in answer["content"][0]["text"]
    invocations, now = InvocationsGateway(embedded.root.client("cloudwatch")), time.time()
    assert invocations.use(throughput, now - 3 * 86_400, now + 60).last_at is not None
    assert invocations.use(f"{throughput[:-1]}?", now - 3 * 86_400, now + 60).last_at is None
    bedrock.update_provisioned_model_throughput(provisionedModelId=throughput, desiredModelId=second["outputModelArn"])
    eventually(lambda: serving(second["outputModelArn"]) or None)
    bedrock.delete_custom_model(modelIdentifier=first["outputModelArn"])
    bedrock.delete_provisioned_model_throughput(provisionedModelId=throughput)
    bedrock.delete_custom_model(modelIdentifier=second["outputModelArn"])
    assert bedrock.list_custom_models(nameContains="life")["modelSummaries"] == []


def test_state_change_reaches_a_rule(embedded: Embedded) -> None:
    """The event is put by aws.bedrock on the default bus."""
    events, sqs = embedded.root.client("events"), embedded.root.client("sqs")
    queue = sqs.create_queue(QueueName="ended")["QueueUrl"]
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": "events.amazonaws.com"},
        "Action": "sqs:SendMessage",
        "Resource": "*",
    }
    sqs.set_queue_attributes(QueueUrl=queue, Attributes={"Policy": json.dumps({"Statement": [statement]})})
    pattern = {
        "source": ["aws.bedrock"],
        "detail-type": ["Model Customization Job State Change"],
        "detail": {"jobStatus": ["Completed"], "jobName": [{"prefix": "observed"}]},
    }
    events.put_rule(Name="ended", EventPattern=json.dumps(pattern))
    target = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    events.put_targets(Rule="ended", Targets=[{"Id": "queue", "Arn": target}])
    arn = embedded.start("observed")

    message = eventually(lambda: sqs.receive_message(QueueUrl=queue).get("Messages"))[0]

    event = json.loads(message["Body"])
    assert (event["source"], event["resources"], event["detail"]["jobArn"]) == ("aws.bedrock", [arn], arn)


def test_record_that_only_the_running_job_can_refuse_fails_it(embedded: Embedded) -> None:
    """A record over the token limit is found when the data is validated."""
    lines = sample_lines("training.jsonl")
    turns = [{"role": "user", "content": "word " * 20_000}, {"role": "assistant", "content": "answer"}]
    embedded.root.client("s3").put_object(
        Bucket="data", Key="poison.jsonl", Body="\n".join([*lines, json.dumps({"messages": turns})])
    )
    bedrock = embedded.root.client("bedrock")
    arn = embedded.start("poisoned", trainingDataConfig={"s3Uri": "s3://data/poison.jsonl"})

    job = embedded.ended(bedrock, arn)

    assert (job["status"], job["failureMessage"]) == (
        "Failed",
        "Maximum input token count 33335 exceeds limit of 32000",
    )


def test_model_is_served_on_demand_in_its_region(embedded: Embedded) -> None:
    """Nova, in us-east-1: data there, deployment, answer in Nova's format, update with the same ARN."""
    east = Account(embedded.root.endpoint_url, "us-east-1")
    east.client("s3").create_bucket(Bucket="data-east")
    lines = [
        json.dumps(as_conversation(json.loads(line))) for line in (SAMPLE / "training.jsonl").read_text().splitlines()
    ]
    east.client("s3").put_object(Bucket="data-east", Key="training.jsonl", Body="\n".join(lines))
    role = east.role("service-east", trusted={"Service": "bedrock.amazonaws.com"})
    bedrock, runtime = east.client("bedrock"), east.client("bedrock-runtime")
    job = bedrock.create_model_customization_job(
        jobName="east", customModelName="east", roleArn=role, baseModelIdentifier=NOVA_LITE,
        trainingDataConfig={"s3Uri": "s3://data-east/training.jsonl"}, outputDataConfig={"s3Uri": "s3://data-east/out"},
    )["jobArn"]  # fmt: skip
    model = embedded.ended(bedrock, job)["outputModelArn"]

    arn = bedrock.create_custom_model_deployment(modelDeploymentName="east", modelArn=model)["customModelDeploymentArn"]

    def active() -> bool | None:
        found = bedrock.get_custom_model_deployment(customModelDeploymentIdentifier=arn)
        return found["status"] == "Active" or None

    eventually(active)
    body = json.dumps({"messages": [{"role": "user", "content": [{"text": "What is Amazon Bedrock?"}]}]})
    answer = json.loads(runtime.invoke_model(modelId=arn, body=body)["body"].read())
    assert "fully managed service" in answer["output"]["message"]["content"][0]["text"]


def test_operation_that_is_not_implemented_stays_ministacks(embedded: Embedded) -> None:
    """Guardrails, for one."""
    assert embedded.root.client("bedrock").list_guardrails()["guardrails"] == []


def test_reset_of_the_server_empties_bedrock_too(tmp_path: Path) -> None:
    """MiniStack's reset forgets jobs, and their names are free again."""
    with serving(tmp_path) as root:
        embedded = furnished(root)
        embedded.start("forgotten")
        connection = http.client.HTTPConnection(urlsplit(root.endpoint_url).netloc, timeout=10)
        connection.request("POST", "/_ministack/reset")
        assert connection.getresponse().status == 200

        assert root.client("bedrock").list_model_customization_jobs()["modelCustomizationJobSummaries"] == []
        furnished(root).start("forgotten")
