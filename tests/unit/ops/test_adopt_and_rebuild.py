"""Recovery: what exists is adopted, and a lost record is rebuilt, through the commands."""

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest
from botocore.exceptions import ClientError

from finetuning import names
from finetuning.lifecycle import ModelRecord
from tests.unit.lifecycle import bought
from tests.unit.lifecycle.records import BLANK, STACK
from tests.unit.ops.account import Account
from tests.unit.ops.conftest import Run

KNOWN = bought.record()
JOB = bought.job_facts(KNOWN, name="experiment-7")
ENDPOINT = bought.endpoint_facts(KNOWN, name="experiment-7")


class Cloudformation:
    """Knows one stack, or none."""

    def __init__(
        self,
        *,
        exists: bool = True,
        as_text: bool = False,
        evaluation: str = "",
        status: str = "UPDATE_COMPLETE",
    ) -> None:
        self._exists, self._as_text, self._status = exists, as_text, status
        self._told = {"Evaluation": evaluation} if evaluation else {}

    def describe_stacks(self, *, StackName: str) -> Mapping[str, Any]:
        """Its outputs."""
        if not self._exists:
            raise ClientError({"Error": {"Code": "ValidationError", "Message": "no such stack"}}, "DescribeStacks")
        assert StackName == "finetuning-dev-Model-faq"
        outputs = [{"OutputKey": "Generation", "OutputValue": KNOWN.training.current_id}]
        return {"Stacks": [{"StackId": STACK, "StackStatus": self._status, "Outputs": outputs}]}

    def describe_stack_resources(self, *, StackName: str) -> Mapping[str, Any]:
        """Its resources; one was replaced."""
        kinds = {"Job": "CustomizationJob", "Endpoint": "Endpoint"}
        found = [
            {
                "LogicalResourceId": name,
                "PhysicalResourceId": f"{name}-1",
                "ResourceType": f"Custom::BedrockModel{kind}",
                "ResourceStatus": "CREATE_COMPLETE",
            }
            for name, kind in kinds.items()
        ]
        return {"StackResources": [*found, {**found[0], "ResourceStatus": "DELETE_COMPLETE", "LogicalResourceId": "X"}]}

    def get_template(self, *, StackName: str, TemplateStage: str) -> Mapping[str, Any]:
        """As it was deployed."""
        facts = bought.stack_facts(KNOWN)
        assert facts.job is not None
        assert facts.endpoint is not None
        resources = {
            "Job": {"Properties": {**facts.job.properties, **self._told}},
            "Endpoint": {"Properties": facts.endpoint.properties},
        }
        body = {"Resources": resources}
        return {"TemplateBody": json.dumps(body) if self._as_text else body}


class LostRegistry(Account):
    """All that was bought is there, and no record of it."""

    def __init__(self, cloudformation: Cloudformation) -> None:
        super().__init__(bought.job_facts(KNOWN), endpoints=[bought.endpoint_facts(KNOWN)])
        self._cloudformation = cloudformation
        self.parameters.publish("/finetuning/dev/faq/endpoint", bought.POINTER)

    def client(self, service: str) -> Any:
        """CloudFormation's."""
        assert service == "cloudformation"
        return self._cloudformation


@pytest.mark.parametrize("arn", [JOB.arn, JOB.model_arn])
def test_job_is_adopted_by_its_arn_or_its_models(arn: str, run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    """The record takes it, its tags name the new generation, and the driver is started."""
    there = Account(JOB).keep(KNOWN)
    assert run(there, "adopt", "--model", "faq", "--arn", arn, "--yes") == 0
    record = there.record()
    assert record.training.current is not None
    assert record.training.current.job_arn == JOB.arn
    assert there.known_jobs[JOB.arn].tags[names.GENERATION_TAG] == record.training.current_id
    assert there.executions == {record.in_charge: "RUNNING"}
    shown = capsys.readouterr().out
    assert f"adopts {JOB.arn} for model faq as generation {record.training.current_id}" in shown
    assert f"customization job {KNOWN.training.generations[0].job_name} is superseded" in shown


def test_endpoint_is_adopted_by_its_arn(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    """Likewise, as JSON."""
    there = Account(endpoints=[ENDPOINT]).keep(KNOWN)
    assert run(there, "adopt", "--arn", ENDPOINT.arn, "--yes", "--json") == 0
    record = there.record()
    assert record.endpoint.current is not None
    assert record.endpoint.current.arn == ENDPOINT.arn
    assert there.known_endpoints[ENDPOINT.arn].tags[names.GENERATION_TAG] == record.endpoint.current_id
    told = json.loads(capsys.readouterr().out)
    assert (told["generation"], told["arn"]) == (record.endpoint.current_id, ENDPOINT.arn)


def test_refused_adoption_changes_nothing(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    """Exit code 1, with the differences."""
    there = Account(endpoints=[replace(ENDPOINT, model_units=5)]).keep(KNOWN)
    before = there.record()
    assert run(there, "adopt", "--arn", ENDPOINT.arn, "--yes") == 1
    assert "model units: wanted 1, it has 5" in capsys.readouterr().err
    assert there.record() == before
    assert there.executions == {}


@pytest.mark.parametrize(
    ("arn", "code", "message"),
    [
        ("arn:aws:s3:::bucket", 2, "is no customization job, custom model, provisioned throughput or deployment"),
        (f"{bought.ARN}:custom-model/2", 1, "is not there"),
        (f"{bought.ARN}:model-customization-job/2", 1, "is not there"),
        (f"{bought.ARN}:provisioned-model/2", 1, "is not there"),
        (f"{bought.ARN}:custom-model-deployment/2", 1, "is not there"),
    ],
)
def test_adoption_of_what_is_not_there(
    arn: str, code: int, message: str, run: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    """Or of what nobody adopts."""
    assert run(Account(JOB).keep(KNOWN), "adopt", "--arn", arn, "--yes") == code
    assert message in capsys.readouterr().err


def test_adoption_asks(run: Run) -> None:
    """Without a terminal nobody can be asked."""
    there = Account(JOB).keep(KNOWN)
    before = there.record()
    assert run(there, "adopt", "--arn", JOB.arn) == 2
    assert there.record() == before


@pytest.mark.parametrize("as_text", [False, True])
def test_lost_record_is_rebuilt(as_text: bool, run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    """It says what it found; execution names of the earlier life are left out."""
    there = LostRegistry(Cloudformation(as_text=as_text))
    spent = f"faq-{KNOWN.training.current_id}"
    there.executions = {f"{spent}-1": "SUCCEEDED", f"{spent}-2": "FAILED"}
    assert run(there, "rebuild", "--model", "faq", "--yes") == 0
    record = there.record()
    assert record.training.current_id == KNOWN.training.current_id
    assert record.endpoint.current_id == KNOWN.endpoint.current_id
    assert (record.endpoint.owner, record.endpoint.published_arn) == (STACK, bought.POINTER)
    assert (record.in_charge, there.executions[record.in_charge]) == (f"{spent}-3", "RUNNING")
    shown = capsys.readouterr().out
    assert f"job          {bought.job_facts(KNOWN).name} (Completed): wanted" in shown
    assert f"endpoint     {bought.endpoint_facts(KNOWN).name} (InService): wanted" in shown
    assert f"pointer      {bought.POINTER}" in shown


@pytest.mark.parametrize("evaluation", ["", "{}"])
def test_lost_verdict_is_told(evaluation: str, run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    """Where one was asked for: the next deployment would change nothing."""
    assert run(LostRegistry(Cloudformation(evaluation=evaluation)), "rebuild", "--model", "faq", "--yes") == 0
    shown = capsys.readouterr().out
    told = (
        "verdict      lost, with the manifest: change a value, such as evaluation.hours, and deploy; it is judged anew"
    )
    assert (told in shown) == bool(evaluation)


def test_rebuilding_asks(run: Run) -> None:
    """Without a terminal nobody can be asked."""
    there = LostRegistry(Cloudformation())
    assert run(there, "rebuild", "--model", "faq") == 2
    assert there.record() == BLANK


def test_record_that_is_there_is_not_rebuilt(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    """Whatever it says."""
    there = LostRegistry(Cloudformation())
    there.keep(KNOWN)
    before: ModelRecord = there.record()
    assert run(there, "rebuild", "--model", "faq", "--yes") == 1
    assert "has a record, which is not overwritten" in capsys.readouterr().err
    assert there.record() == before


def test_nothing_is_rebuilt_without_a_stack(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    """Nothing is wanted then; what is left are orphans."""
    there = LostRegistry(Cloudformation(exists=False))
    assert run(there, "rebuild", "--model", "faq", "--yes", "--json") == 1
    assert "python -m ops orphans" in capsys.readouterr().err
    assert there.record() == BLANK
