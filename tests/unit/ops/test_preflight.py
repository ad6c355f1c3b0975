"""The preflight of an operator: before anything is deployed, and beside what is."""

import json
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import pytest
from botocore.exceptions import ClientError

import configuration
from configuration import Selection
from finetuning.lifecycle import ModelRecord
from finetuning.preflight import AccountFacts, Wanted
from finetuning.preflight.facts import Role
from ops import project
from ops.__main__ import main
from ops.preflight import looking, rendering
from ops.preflight.report import Report
from ops.session import NotDeployedError
from tests.infrastructure.synthesis import LOOPBACK, context
from tests.unit.ops.account import Account
from tests.unit.preflight import account
from tests.unit.preflight.account import an_account, owner, quotas, served

NOW = 7.0
LOCAL = {"finetuning:environment": "local"}
#: As it would be in the embedded AWS.
ROLE = Role(account.ROLE, json.loads(json.dumps(account.TRUST).replace(account.ACCOUNT, "000000000000")))


class Cloud(Account):
    """An account in which stacks, parameters and facts are given."""

    def __init__(self, *, deployed: bool = False, version: str = "32", **facts: Any) -> None:
        super().__init__()
        self.environment = project.Environment("local", "000000000000", "us-west-2", "destroy", {"faq": {}})
        self.deployed, self.version, self.facts = deployed, version, an_account(**{"role": ROLE, **facts})
        self.stacks: dict[str, dict[str, str]] = {}
        self.looks: list[Wanted] = []

    def outputs(self, stack: str) -> dict[str, str]:
        """Of the Foundation stack."""
        if not self.deployed:
            raise NotDeployedError("nothing deployed")
        return {"ServiceRoleArn": "arn:aws:iam::111122223333:role/made", "KeyArn": self.facts.key.arn}  # type: ignore[union-attr]  # it has one

    def client(self, service: str) -> Any:
        """The account itself is SSM and CloudFormation."""
        return self

    def get_parameter(self, **asked: str) -> Any:
        """The version of the bootstrap."""
        assert asked == {"Name": "/cdk-bootstrap/hnb659fds/version"}
        if not self.version:
            raise ClientError({"Error": {"Code": "ParameterNotFound"}}, "GetParameter")
        return {"Parameter": {"Value": self.version}}

    def describe_stacks(self, **asked: str) -> Any:
        """A stack with its tags."""
        tags = self.stacks.get(asked["StackName"])
        if tags is None:
            raise ClientError({"Error": {"Code": "ValidationError"}}, "DescribeStacks")
        listed = [{"Key": key, "Value": value} for key, value in tags.items()]
        return {"Stacks": [{"StackStatus": "CREATE_COMPLETE", "Tags": listed}]}

    def look(self, wanted: Wanted, record: ModelRecord, others: Iterable[ModelRecord], *, now: float) -> AccountFacts:
        """The facts, whatever is wanted."""
        self.looks.append(wanted)
        return replace(self.facts, record=record, now=now)


@pytest.fixture
def look(monkeypatch: pytest.MonkeyPatch) -> Any:
    """The report on a cloud."""
    monkeypatch.setattr(looking, "_account", lambda session: session)
    return lambda cloud, chosen: looking.look(cloud, chosen, NOW)


def selected(environment: str = "local", **overrides: str) -> Selection:
    """What cdk.json selects."""
    return configuration.load(context(environment, **overrides), LOOPBACK if environment == "local" else None)


def twice(selection: Selection) -> Selection:
    """The model, and another one like it."""
    model = selection.models["faq"]
    return replace(selection, models={"faq": model, "help": model})


def severities(report: Report, model: str = "faq") -> dict[str, str]:
    """Severity by check, of what is not well with a model."""
    return {f.check: f.severity.value for f in report.models[model] if f.severity != "ok"}


def test_nothing_has_to_be_deployed(look: Any) -> None:
    """Role and key are made later; what was never made is not missed."""
    cloud = Cloud()
    report = look(cloud, selected())
    assert not report.is_refused
    assert {finding.message for finding in report.environment} == {
        "version 32",
        "finetuning-local-Foundation is free",
        "finetuning-local-Control is free",
        "finetuning-local-Model-faq is free",
    }
    [wanted] = cloud.looks
    assert (wanted.service_role_arn, wanted.key_arn, wanted.sources) == ("", "", ())
    assert wanted.endpoint is not None
    assert wanted.endpoint.fingerprint == wanted.endpoint_fingerprint


def test_what_is_deployed_is_looked_at(look: Any) -> None:
    """The role and the key of the Foundation stack, and the registry's record."""
    cloud = Cloud(deployed=True, quotas=quotas(L_BE77399C=0, L_EF415EF6=0))
    cloud.keep(replace(served(), environment="local"))
    report = look(cloud, selected())
    assert severities(report) == {}
    assert cloud.looks[0].service_role_arn == "arn:aws:iam::111122223333:role/made"


def test_environment_that_cannot_be_deployed_is_refused(look: Any) -> None:
    """An account without the bootstrap, and a stack of somebody else's."""
    cloud = Cloud(version="")
    cloud.stacks = {"finetuning-local-Control": owner(), "finetuning-local-Foundation": owner(**LOCAL)}
    report = look(cloud, selected())
    refused = [finding.check for finding in report.environment if finding.severity == "error"]
    assert refused == ["CDK bootstrap", "stack name"]
    assert report.is_refused


def test_models_that_are_deployed_together_share_their_units(look: Any) -> None:
    """One unit is there, and each model alone would pass."""
    cloud = Cloud(quotas=quotas(L_BE77399C=1))
    report = look(cloud, twice(selected()))
    assert severities(report) == {}
    assert severities(report, "help") == {"quota of model units": "error"}


def test_data_elsewhere_is_looked_for(look: Any) -> None:
    """Each bucket once."""
    places = {
        "training.dataset.training": "s3://examples/a.jsonl",
        "training.dataset.validation": "s3://examples/b.jsonl",
    }
    cloud = Cloud()
    look(cloud, selected(**places))
    assert [(bucket.name, bucket.account) for bucket in cloud.looks[0].sources] == [("examples", "000000000000")]


@pytest.mark.parametrize(("environment", "judged_apart"), [("dev", True), ("local", False)])
def test_candidate_that_is_judged_apart_is_counted(look: Any, environment: str, judged_apart: bool) -> None:
    """On demand it has a deployment of its own; on provisioned throughput it is asked where it serves."""
    cloud = Cloud()
    look(cloud, selected(environment))
    assert cloud.looks[0].judged_apart is judged_apart


def test_lines_show_what_is_well_and_the_way_out_of_what_is_not(look: Any) -> None:
    """A command stands on a line of its own, whole."""
    chosen = selected()
    report = look(Cloud(quotas=quotas(L_BE77399C=0)), chosen)
    lines = [line.plain for line in rendering.lines(chosen, report)]
    assert lines[0] == "environment local  000000000000 us-west-2"
    assert "✔ CDK bootstrap  version 32" in lines
    [refused] = [number for number, line in enumerate(lines) if line.startswith("✘")]
    assert lines[refused + 1].strip() == (
        "→ ask for more: aws service-quotas request-service-quota-increase --service-code bedrock --quota-code "
        "L-BE77399C --desired-value 1 --region us-west-2"
    )
    assert lines[-1] == ("1 in the way, nothing to look at: a deployment would be refused before anything starts")


def test_verdict_counts_what_is_to_be_looked_at(look: Any) -> None:
    """And names the next command."""
    report = look(Cloud(quotas=quotas(L_0406044C=0)), selected())
    assert rendering.verdict(report) == (
        "nothing is in the way, 1 to look at: python -m ops plan shows what a deployment would do and cost"
    )


@pytest.mark.parametrize(("units", "code"), [(2, 0), (0, 1)])
def test_command_prints_one_document_and_fails_for_what_is_in_the_way(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], units: int, code: int
) -> None:
    """For pipelines."""
    monkeypatch.setattr(looking, "_account", lambda session: session)
    monkeypatch.setenv("AWS_ENDPOINT_URL", LOOPBACK)
    monkeypatch.setattr("ops.commands.preflight.session_of", lambda chosen: Cloud(quotas=quotas(L_BE77399C=units)))
    assert main(["preflight", "--json", "--model", "faq"]) == code
    document = json.loads(capsys.readouterr().out)
    assert (document["environment"], document["refused"]) == ("local", bool(code))
    assert {finding["severity"] for finding in document["models"]["faq"]} == ({"ok", "error"} if code else {"ok"})
    assert document["findings"][0]["check"] == "CDK bootstrap"
    assert main(["preflight", "--model", "faq"]) == code
    assert "environment local" in capsys.readouterr().out
