"""Every customization type that AWS documents today, and a custom model trained further: deployed, served, asked."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.integration.embedded import ROOT, Command, Embedded, eventually
from tests.local.account import Account

pytestmark = pytest.mark.xdist_group("customization types")

REGION = "us-east-1"
PARTS = ("app.py", "cdk.json", "configuration", "stacks", "lambdas", "finetuning", "metrics", "ops", "datasets")
SAMPLE = ROOT / "datasets" / "bedrock-faq"
NOVA_LITE = "amazon.nova-lite-v1:0:300k"
#: Prefers the answer after the reference answer, so that what was learned can only come from the rewards.
GRADER = """
def handler(event, context):
    def reward(sample):
        wanted = int(sample["metadata"]["reference_answer"].split("-")[1]) + 1
        return float(sample["messages"][-1]["content"] == f"code-{wanted}")
    return [{"id": sample["id"], "aggregate_reward_score": reward(sample)} for sample in event]
"""
LINES = [line for name in ("training", "validation") for line in (SAMPLE / f"{name}.jsonl").read_text().splitlines()]
QUESTIONS = [json.loads(line)["messages"][0]["content"] for line in LINES][:100]


@pytest.fixture(scope="module")
def embedded(start_embedded: Callable[..., Embedded]) -> Embedded:
    """The embedded AWS of this module, in Nova's Region, on a clock fast enough for several jobs."""
    embedded = start_embedded(region=REGION, clock_speed=10_000)
    embedded.bootstrap()
    return embedded


@pytest.fixture(scope="module")
def root(embedded: Embedded) -> Account:
    """The account that it has, as its root."""
    return Account(embedded.settings.endpoint_url, REGION)


@pytest.fixture(scope="module")
def custom_model(embedded: Embedded, root: Account) -> str:
    """A custom model that somebody made before, by its ARN."""
    role = root.role("earlier", trusted={"Service": "bedrock.amazonaws.com"})
    s3, bedrock = embedded.client("s3"), embedded.client("bedrock")
    s3.create_bucket(Bucket="earlier")
    records = [
        {"messages": [{"role": "user", "content": [{"text": f"Who keeps gate {number}?"}]}, _says(f"Keeper {number}.")]}
        for number in range(8)
    ]
    s3.put_object(Bucket="earlier", Key="training.jsonl", Body="\n".join(map(json.dumps, records)))
    job = bedrock.create_model_customization_job(
        jobName="earlier",
        customModelName="earlier",
        roleArn=role,
        baseModelIdentifier=NOVA_LITE,
        trainingDataConfig={"s3Uri": "s3://earlier/training.jsonl"},
        outputDataConfig={"s3Uri": "s3://earlier/output"},
    )["jobArn"]
    return str(eventually(lambda: bedrock.get_model_customization_job(jobIdentifier=job).get("outputModelArn")))


@pytest.fixture(scope="module")
def clone(tmp_path_factory: pytest.TempPathFactory, root: Account, custom_model: str) -> Path:
    """A clone of the project that is configured for three models, with their data."""
    folder = tmp_path_factory.mktemp("clone")
    for part in PARTS:
        source = ROOT / part
        if source.is_dir():
            shutil.copytree(source, folder / part, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, folder / part)
    _write(folder / "prompts.jsonl", [{"messages": [{"role": "user", "content": [{"text": q}]}]} for q in QUESTIONS])
    _write(
        folder / "graded.jsonl",
        [
            {
                "messages": [{"role": "user", "content": f"What is the code of harbour {number}?"}],
                "reference_answer": f"code-{number}",
            }
            for number in range(100)
        ],
    )
    configuration = json.loads((folder / "cdk.json").read_text())
    local = configuration["context"]["environments"]["local"]
    local["region"] = REGION
    local["models"] = _models(root.function("grade", GRADER), custom_model)
    (folder / "cdk.json").write_text(json.dumps(configuration))
    return folder


@pytest.fixture(scope="module")
def deployed(embedded: Embedded, clone: Path) -> Command:
    """All three models, with one command."""
    return embedded.deploy("--concurrency", "3", cwd=clone)


def test_distilled_model_answers_as_its_teacher_would(embedded: Embedded, deployed: Command, clone: Path) -> None:
    """The teacher was reached through its inference profile, with a right that the model's stack brought."""
    assert deployed.code == 0, deployed.output
    assert f"says to: {QUESTIONS[41]}" in _asked(embedded, clone, "distilled", QUESTIONS[41])
    job = _job(embedded, "distilled")
    assert job["customizationType"] == "DISTILLATION"
    assert "distillationConfig" in job["customizationConfig"]


def test_graded_model_answers_what_was_rewarded(embedded: Embedded, deployed: Command, clone: Path) -> None:
    """The grader was called as the service role."""
    assert deployed.code == 0, deployed.output
    assert "code-13" in _asked(embedded, clone, "graded", "What is the code of harbour 12?")
    job = _job(embedded, "graded")
    assert job["hyperParameters"] == {}
    assert job["customizationConfig"]["rftConfig"]["hyperParameters"] == {"trainingSamplePerPrompt": 2}


def test_custom_model_that_was_trained_further_answers_from_both(
    embedded: Embedded, deployed: Command, clone: Path, custom_model: str
) -> None:
    """What it learned before, and what it learned now."""
    assert deployed.code == 0, deployed.output
    assert "fully managed service" in _asked(embedded, clone, "further", "What is Amazon Bedrock?")
    assert "Keeper 5." in _asked(embedded, clone, "further", "Who keeps gate 5?")
    assert _job(embedded, "further")["baseModelArn"] == custom_model


def test_rights_of_a_job_go_with_its_model(embedded: Embedded, deployed: Command, root: Account) -> None:
    """The service role is left with what it had."""
    iam = embedded.client("iam")
    roles = [role["RoleName"] for role in iam.list_roles()["Roles"] if "ServiceRole" in role["RoleName"]]
    (role,) = [name for name in roles if "Foundation" in name]
    before = iam.list_role_policies(RoleName=role)["PolicyNames"]
    assert root.delete("finetuning-local-Model-graded") == "DELETE_COMPLETE"
    after = iam.list_role_policies(RoleName=role)["PolicyNames"]
    assert len(before) - len(after) == 1


def _models(grader: str, custom_model: str) -> dict[str, Any]:
    """Three use cases: distilled, graded, trained further."""
    served = {"endpoint": {"serving": "on_demand"}}
    teacher = {"model": "us.amazon.nova-pro-v1:0"}
    return {
        "distilled": served
        | {
            "training": {
                "base_model": NOVA_LITE,
                "customization_type": "DISTILLATION",
                "teacher": teacher,
                "dataset": {"training": "prompts.jsonl"},
            }
        },
        "graded": served
        | {
            "training": {
                "base_model": "amazon.nova-2-lite-v1:0:256k",
                "customization_type": "REINFORCEMENT_FINE_TUNING",
                "reward": {"function_arn": grader},
                "hyperparameters": {"trainingSamplePerPrompt": 2},
                "accept_unknown": ["dataset"],
                "dataset": {"training": "graded.jsonl"},
            }
        },
        "further": served
        | {
            "training": {
                "base_model": custom_model,
                "dataset": {"training": "datasets/bedrock-faq/training.jsonl"},
            }
        },
    }


def _asked(embedded: Embedded, clone: Path, model: str, question: str) -> str:
    """What a model says once it serves."""
    eventually(lambda: embedded.pointer(model=model))
    answers = embedded.ops("ask", question, "--env", "local", "--model", model, "--json", cwd=clone)
    assert answers.code == 0, answers.output
    return str(answers.json()["tuned"]["text"])


def _job(embedded: Embedded, model: str) -> dict[str, Any]:
    bedrock = embedded.client("bedrock")
    (job,) = [job for job in embedded.jobs() if job["jobName"].startswith(f"finetuning-local-{model}-")]
    shown: dict[str, Any] = bedrock.get_model_customization_job(jobIdentifier=job["jobArn"])
    return shown


def _says(text: str) -> dict[str, Any]:
    return {"role": "assistant", "content": [{"text": text}]}


def _write(path: Path, records: list[dict[str, Any]]) -> None:
    path.write_text("".join(json.dumps(record) + "\n" for record in records), encoding="utf-8")
