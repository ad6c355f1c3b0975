"""What a new user does, in the README's order, on one deployment: each test goes on where the one before ended."""

import json
import threading
import time
from collections.abc import Callable
from typing import Any

import pytest

from tests.integration.embedded import ROOT, Command, Embedded, eventually

pytestmark = pytest.mark.xdist_group("main job")

QUESTION = "What is Amazon Bedrock?"
#: Words of the sample's own answers, which no log may show.
TRAINING_TEXT = "serverless experience"


@pytest.fixture(scope="module")
def embedded(start_embedded: Callable[..., Embedded]) -> Embedded:
    """The embedded AWS of this module."""
    return start_embedded()


@pytest.fixture(scope="module")
def demo(embedded: Embedded) -> Command:
    """`make demo`, without its set-up."""
    return embedded.ops("demo")


class Caller:
    """An application that calls an endpoint all the time and remembers what it got."""

    def __init__(self, embedded: Embedded, endpoint_arn: str) -> None:
        self.answers: list[str] = []
        self.errors: list[str] = []
        self._runtime, self._endpoint_arn = embedded.client("bedrock-runtime"), endpoint_arn
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._call)

    def __enter__(self) -> "Caller":
        self._thread.start()
        return self

    def __exit__(self, *exception: object) -> None:
        self._stop.set()
        self._thread.join()

    def _call(self) -> None:
        while not self._stop.wait(0.2):
            try:
                self.answers.append(ask(self._runtime, self._endpoint_arn))
            except Exception as error:
                self.errors.append(str(error))


def ask(runtime: Any, model_id: str) -> str:
    """The article's invocation."""
    body = {
        "anthropic_version": "bedrock-2023-05-31",
        "max_tokens": 2048,
        "messages": [{"role": "user", "content": QUESTION}],
        "temperature": 0.1,
        "top_p": 0.9,
    }
    answer = runtime.invoke_model(modelId=model_id, body=json.dumps(body))
    return str(json.loads(answer["body"].read())["content"][0]["text"])


def settled(embedded: Embedded) -> Any:
    """The status document once nothing is left to do."""
    return eventually(lambda: (s := embedded.status()) and s["models"][0]["settled"] and s)


def planned(embedded: Embedded, *arguments: str) -> Any:
    """What `ops plan` says of the model."""
    done = embedded.ops("plan", "--json", *arguments)
    assert done.code == 0, done.output
    return done.json()["models"][0]


def steps(plan: Any) -> list[tuple[str, str]]:
    """Action and name of each step of a plan."""
    return [(step["action"], step["name"]) for step in plan["steps"]]


def test_first_deployment_is_planned_before_there_is_anything(embedded: Embedded) -> None:
    """What only the deployment makes, such as the key, is not known yet, and so is no name that derives from it."""
    actions = [action for action, _ in steps(planned(embedded))]
    assert actions == [
        "StartCustomizationJob",
        "JudgeTraining",
        "CreateEndpoint",
        "Evaluate",
        "PublishPointer",
        "IssueManifest",
    ]


def test_demo_ends_with_a_model_in_service(embedded: Embedded, demo: Command) -> None:
    """One command deploys, trains, serves and asks."""
    assert demo.code == 0, demo.output
    throughputs = embedded.throughputs()
    assert [t["status"] for t in throughputs] == ["InService"]
    assert embedded.pointer() == throughputs[0]["provisionedModelArn"]
    assert throughputs[0]["provisionedModelArn"] in demo.stdout


def test_demo_starts_one_job_with_our_key_and_tags(embedded: Embedded, demo: Command) -> None:
    """Exactly one job is started, encrypted with the customer's key and marked as ours."""
    (job,) = embedded.jobs()
    bedrock = embedded.client("bedrock")
    found = bedrock.get_model_customization_job(jobIdentifier=job["jobArn"])
    tags = {t["key"]: t["value"] for t in bedrock.list_tags_for_resource(resourceARN=job["jobArn"])["tags"]}
    model_tags = bedrock.list_tags_for_resource(resourceARN=found["outputModelArn"])["tags"]
    assert found["status"] == "Completed"
    assert found["outputModelKmsKeyArn"].startswith("arn:aws:kms:us-west-2:000000000000:key/")
    assert tags["finetuning:environment"] == "local"
    assert tags["finetuning:model"] == "faq"
    assert {t["key"]: t["value"] for t in model_tags} == tags


def test_demo_trains_on_the_staged_copy(embedded: Embedded, demo: Command) -> None:
    """The job reads an immutable copy whose key is its SHA-256."""
    (job,) = embedded.jobs()
    found = embedded.client("bedrock").get_model_customization_job(jobIdentifier=job["jobArn"])
    uri = found["trainingDataConfig"]["s3Uri"]
    assert uri.split("/")[3:5] == ["datasets", "faq"]
    assert len(uri.split("/")[5]) == 64


def test_tuned_model_answers_from_its_training_data(embedded: Embedded, demo: Command) -> None:
    """The tuned model knows what the base model does not."""
    answers = embedded.ops("ask", QUESTION, "--json").json()
    assert "fully managed service" in answers["tuned"]["text"]
    assert "fully managed service" not in answers["base"]["text"]


def test_early_stopping_fires_before_the_last_epoch(embedded: Embedded, demo: Command) -> None:
    """The sample run stops early, as the real one did, and the summary says where."""
    training = embedded.status()["models"][0]["training"]
    assert 2 < len(training["epochs"]) < 10
    assert "early stopping" in demo.stdout.lower()


def test_demo_judges_the_model_and_leaves_a_page(embedded: Embedded, demo: Command) -> None:
    """The tuned model is better than the base model on the test dataset, and a page says by how much."""
    assert "It passes the quality gate (3 of 3 conditions hold)" in demo.stdout
    page = (embedded.settings.state_folder / "demo" / "report.html").read_text(encoding="utf-8")
    assert "It passes the quality gate</h1>" in page
    assert "early stopping fired" in page
    assert "Side by side" in page
    assert "http" not in page.lower().replace("http-equiv", "")


def test_report_is_in_the_output_bucket_and_in_the_status(embedded: Embedded, demo: Command) -> None:
    """As the evaluation wrote it; `ops report` fetches it."""
    training = embedded.status()["models"][0]["training"]
    assert training["verdict"] == "It passes the quality gate"
    told = embedded.ops("report", "--json").json()
    assert told["uri"] == training["report_uri"]
    evaluation = told["report"]["evaluation"]
    assert [subject["name"] for subject in evaluation["subjects"]] == ["candidate", "base"]
    assert all(check["passed"] for check in evaluation["checks"])
    bucket, _, key = training["report_uri"].removeprefix("s3://").partition("/")
    written = embedded.client("s3").get_object(Bucket=bucket, Key=key)
    assert written["ContentType"] == "text/html; charset=utf-8"
    assert "It passes the quality gate</h1>" in written["Body"].read().decode()


def test_model_that_passed_has_its_manifest(embedded: Embedded, demo: Command) -> None:
    """Signed, beside what it rests on: what a promotion is made by."""
    lineage = dict(embedded.ops("report", "--json").json()["report"]["lineage"])
    digest = lineage["manifest, by its SHA-256"]
    (bucket,) = [b["Name"] for b in embedded.client("s3").list_buckets()["Buckets"] if "outputbucket" in b["Name"]]
    found = embedded.client("s3").list_objects_v2(Bucket=bucket, Prefix="manifests/faq/")["Contents"]
    assert {item["Key"] for item in found} == {
        f"manifests/faq/{digest}.json",
        f"manifests/faq/{digest}.signature.json",
    }


def test_cost_names_what_is_billed_and_what_ends_it(embedded: Embedded, demo: Command) -> None:
    """Nobody has given a price, so the throughput's is unknown and not nothing."""
    told = embedded.ops("cost", "--json").json()
    items = {item["kind"]: item for item in told["items"]}
    assert set(items) == {"provisioned throughput", "custom model", "KMS key"}
    throughput = items["provisioned throughput"]
    assert (throughput["usd"], throughput["units"], throughput["claimed"]) == (None, 1, True)
    assert told["unknown"] == [throughput["name"]]
    assert throughput["ends"].startswith("python -m ops stop --billing --env local --model faq")
    assert [run["status"] for run in told["runs"]] == ["Completed"]


def test_driver_needs_at_most_thirty_transitions(embedded: Embedded, demo: Command) -> None:
    """A run whose event arrives costs at most 30 state transitions, however long job and evaluation take.

    While the model is asked the driver looks every 5 minutes of AWS's time, which runs faster here than the answers.
    """
    states = embedded.client("stepfunctions")
    (machine,) = [m for m in states.list_state_machines()["stateMachines"] if "Driver" in m["name"]]
    executions = states.list_executions(stateMachineArn=machine["stateMachineArn"])["executions"]
    entered = 0
    for execution in executions:
        pages = states.get_paginator("get_execution_history").paginate(executionArn=execution["executionArn"])
        names = [
            event["stateEnteredEventDetails"]["name"]
            for page in pages
            for event in page["events"]
            if event["type"].endswith("StateEntered")
        ]
        asked = names.index("Evaluate") if "Evaluate" in names else len(names)
        # A look: AwaitChange, then two states that decide.
        entered += len(names) - 3 * names[asked:].count("AwaitChange")
    assert {execution["status"] for execution in executions} == {"SUCCEEDED"}
    assert entered <= 30


def test_logs_show_no_training_text_and_no_pre_signed_url(embedded: Embedded, demo: Command) -> None:
    """What operators read holds neither credentials nor training data."""
    logs = embedded.ops("logs")
    assert logs.code == 0, logs.output
    for told in ("customization job started", "evaluation planned", "executions of the driver", "of the evaluation"):
        assert told in logs.stdout
    for forbidden in (TRAINING_TEXT, "cfn-response", "ResponseURL", "X-Amz-Signature"):
        assert forbidden not in logs.output
    assert "ResponseURL" not in everything_logged(embedded)
    assert TRAINING_TEXT not in everything_logged(embedded)


def everything_logged(embedded: Embedded) -> str:
    """Every message in every log group."""
    logs = embedded.client("logs")
    lines: list[str] = []
    for group in logs.describe_log_groups()["logGroups"]:
        pages = logs.get_paginator("filter_log_events").paginate(logGroupName=group["logGroupName"])
        lines += [event["message"] for page in pages for event in page["events"]]
    return "\n".join(lines)


def test_second_deploy_changes_nothing(embedded: Embedded, demo: Command) -> None:
    """Deploying again is a no-op: no stack changes and no job starts; the plan says so before."""
    assert steps(planned(embedded)) == []
    done = embedded.deploy()
    assert done.code == 0, done.output
    assert done.output.count("(no changes)") == 3
    assert len(embedded.jobs()) == 1


def test_second_demo_shows_the_summary_again(embedded: Embedded, demo: Command) -> None:
    """The demo can be run again and again."""
    again = embedded.ops("demo")
    assert again.code == 0, again.output
    assert embedded.pointer() in again.stdout
    assert len(embedded.jobs()) == 1


def test_changed_hyperparameter_swaps_the_model_behind_the_same_endpoint(embedded: Embedded, demo: Command) -> None:
    """One new job; the same provisioned throughput keeps answering while its model is swapped; the old one is kept."""
    before, first_model = embedded.pointer(), embedded.throughputs()[0]["modelArn"]
    plan = planned(embedded, "-c", "training.hyperparameters.epochCount=3")
    with Caller(embedded, before) as caller:
        done = embedded.deploy("-c", "training.hyperparameters.epochCount=3")
        assert done.code == 0, done.output
        watched = embedded.ops("status", "--watch")
        assert watched.code == 0, watched.output
        assert "in service" in watched.stdout.splitlines()[-1]
        time.sleep(0.5)
    newest, *others = embedded.jobs()
    (throughput,) = embedded.throughputs()
    assert len(others) == 1
    assert throughput["provisionedModelArn"] == before == embedded.pointer()
    assert throughput["modelArn"] == newest["customModelArn"] != first_model
    assert {model["modelArn"] for model in embedded.custom_models()} == {first_model, newest["customModelArn"]}
    assert caller.errors == []
    assert len(caller.answers) > 5
    assert steps(plan) == [
        ("StartCustomizationJob", newest["jobName"]),
        ("JudgeTraining", newest["jobName"]),
        ("SwapModel", throughput["provisionedModelName"]),
        ("Evaluate", newest["jobName"]),
        ("PublishPointer", throughput["provisionedModelName"]),
        ("IssueManifest", newest["jobName"]),
    ]
    assert plan["steps"][2]["custom_model"] == newest["customModelName"]


def test_going_back_adopts_the_kept_model_without_a_job(embedded: Embedded, demo: Command) -> None:
    """The first configuration's model is still there, so going back to it trains nothing."""
    models = {model["modelArn"] for model in embedded.custom_models()}
    plan = planned(embedded)
    done = embedded.deploy()
    assert done.code == 0, done.output
    settled(embedded)
    assert len(embedded.jobs()) == 2
    assert embedded.throughputs()[0]["modelArn"] == embedded.jobs()[1]["customModelArn"]
    assert {model["modelArn"] for model in embedded.custom_models()} == models
    assert [action for action, _ in steps(plan)] == ["SwapModel", "PublishPointer"]
    assert plan["steps"][0]["custom_model"] == embedded.jobs()[1]["customModelName"]


def test_destroy_leaves_nothing(embedded: Embedded, demo: Command) -> None:
    """No job in progress, no custom model, no throughput, no bucket of ours; shown by listing."""
    done = embedded.destroy()
    assert done.code == 0, done.output
    assert [job["status"] for job in embedded.jobs() if job["status"] not in {"Completed", "Stopped", "Failed"}] == []
    assert embedded.custom_models() == []
    assert embedded.throughputs() == []
    assert embedded.pointer() == ""
    assert [
        b["Name"] for b in embedded.client("s3").list_buckets()["Buckets"] if not b["Name"].startswith("cdk-")
    ] == []
    leftovers = embedded.ops("leftovers")
    assert leftovers.code == 0, leftovers.output


def test_project_folder_is_left_as_it_was(embedded: Embedded, demo: Command) -> None:
    """The demo writes only where git does not look."""
    ignored = {".local", "cdk.out", ".venv"}
    assert not (ROOT / "cdk.context.json").exists()
    assert {path.name for path in embedded.folder.iterdir()} <= ignored
