"""`cost` shows all that is billed with its price and what ends it; an unknown price is never nothing."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from finetuning import names
from finetuning.lifecycle import ModelRecord
from finetuning.lifecycle.facts import EndpointFacts
from finetuning.lifecycle.verdict import Promoted
from ops.cost import prices
from tests.unit.lifecycle import bought
from tests.unit.ops.account import Account
from tests.unit.ops.conftest import Run
from tests.unit.ops.test_stop_and_resume import serving

LATER = 4_000_000_000.0


@pytest.fixture(autouse=True)
def configured(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A cdk.json that gives the price of an uncommitted model unit of Claude 3 Haiku."""
    dev = {"prices": {"claude-3-haiku": {"unit_hour_usd": {"none": 40.5, "one_month": None}}}}
    path = tmp_path / "cdk.json"
    path.write_text(json.dumps({"context": {"project": "finetuning", "environments": {"dev": dev}}}))
    monkeypatch.setattr("ops.project.FILE", path)


def account(known: ModelRecord, **endpoint: Any) -> Account:
    """Where this record's model is in service."""
    facts = bought.endpoint_facts(known, **endpoint)
    return Account(bought.job_facts(known), endpoints=[facts]).keep(known)


def with_prices(known: ModelRecord, *, hourly: float | None, job: float | None, cap: float | None) -> ModelRecord:
    """The record with its prices and its month's cap; everything was bought now."""
    now = datetime.now(UTC).timestamp()
    training, endpoint = known.training.generations[0], known.endpoint.generations[0]
    known = known.with_training(replace(training, estimated_usd=job, intended_at=now, max_usd_per_month=cap))
    return known.with_endpoint(replace(endpoint, hourly_usd=hourly, intended_at=now))


def told(run: Run, there: Account, capsys: pytest.CaptureFixture[str]) -> tuple[int, dict[str, Any]]:
    """Exit code and JSON document."""
    code = run(there, "cost", "--json")
    document: dict[str, Any] = json.loads(capsys.readouterr().out)
    return code, document


def of_kind(document: dict[str, Any], kind: str) -> dict[str, Any]:
    """The one item of a kind."""
    [item] = (item for item in document["items"] if item["kind"] == kind)
    return dict(item)


def test_everything_is_shown_with_what_ends_it(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    """By the prices at which it was bought, whatever cdk.json says now."""
    there = account(with_prices(serving(), hourly=24.0, job=7.5, cap=20_000.0))
    assert run(there, "cost") == 0
    shown = capsys.readouterr().out
    name = bought.endpoint_facts(serving()).name
    assert f"provisioned throughput {name} (InService): 1 model unit, $24.00 an hour, $17,520.00 a month" in shown
    assert "ends with: python -m ops stop --billing --env dev --model faq (resume brings it back)" in shown
    assert "about $1.95 a month" in shown
    assert "ends with: cdk destroy finetuning-dev-Model-faq -c env=dev" in shown
    assert "together at least $24.00 an hour, $17,521.95 a month of 730 hours;" in shown
    assert "$17,527.50 as budget.max_usd_per_month counts it, with a whole month of the endpoint; cap $20,000" in shown
    assert "$7.50, Completed" in shown


def test_unknown_prices_are_told_and_never_nothing(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    """A commitment whose price nobody wrote down, and a job without one."""
    known = with_prices(serving(committed_until=LATER, commitment="one_month"), hourly=None, job=None, cap=None)
    there = account(known, commitment="one_month", committed_until=LATER)
    assert run(there, "cost") == 0
    shown = capsys.readouterr().out
    name = bought.endpoint_facts(serving()).name
    assert "at an unknown price by the hour" in shown
    assert "$0.00 an hour, $1.95 a month of 730 hours; at an unknown price: " + name in shown
    assert "an unknown amount, Completed" in shown
    assert f"without what has an unknown price: {bought.job_facts(known).name}, {name}" in shown
    assert "committed until 2096-10-02 07:06 UTC; it renews itself then for another month" in shown
    assert "ends with: nothing before 2096-10-02 07:06 UTC: a commitment cannot be cancelled" in shown


def test_price_that_the_record_does_not_have_is_that_of_the_configuration(
    run: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    """For all units that are there; what a record of before prices was bought at is not known better."""
    there = account(serving(), model_units=3)
    code, document = told(run, there, capsys)
    item = of_kind(document, "provisioned throughput")
    assert (code, item["hourly_usd"], item["units"]) == (0, 121.5, 3)
    assert document["at_least_hourly_usd"] == 121.5


def test_what_belongs_to_nobody_is_counted_and_makes_it_wrong(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    """Its price is that of cdk.json, and the command that ends it names it."""
    known = serving()
    stray = replace(bought.endpoint_facts(known), arn=f"{bought.POINTER}9", name="finetuning-dev-faq-99999999-1")
    there = Account(bought.job_facts(known), endpoints=[bought.endpoint_facts(known), stray]).keep(known)
    code, document = told(run, there, capsys)
    assert code == 1
    [item] = (item for item in document["items"] if not item["claimed"])
    assert (item["arn"], item["hourly_usd"]) == (stray.arn, 40.5)
    assert item["ends"] == f"python -m ops orphans --env dev --remove {stray.arn}"


def test_what_is_claimed_but_lost_its_tags_is_counted(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    """The tags tell of what no record knows; the records tell of what has no tags."""
    code, document = told(run, account(serving(), tags={}), capsys)
    assert (code, of_kind(document, "provisioned throughput")["claimed"]) == (0, True)


def test_job_that_runs_is_shown_with_its_estimate(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    """Once, and not by the month."""
    known = with_prices(bought.record(), hourly=24.0, job=7.5, cap=None)
    running = bought.job_facts(known, status="InProgress", model_arn="", model_status=None)
    code, document = told(run, Account(running).keep(known), capsys)
    item = of_kind(document, "customization job")
    assert (code, item["usd"], item["billing"], item["monthly_usd"]) == (0, 7.5, "job", None)
    assert item["ends"] == "cdk destroy finetuning-dev-Model-faq -c env=dev"
    assert document["months"][0]["jobs_usd"] == 7.5


def test_deployment_costs_nothing_while_idle(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    """It is billed by the token."""
    known = bought.record(serving="on_demand")
    facts = bought.endpoint_facts(known, kind="on_demand", model_units=0)
    code, document = told(run, Account(bought.job_facts(known), endpoints=[facts]).keep(known), capsys)
    assert code == 0
    assert of_kind(document, "custom model deployment")["billing"] == "token"
    assert document["at_least_hourly_usd"] == 0


def test_what_is_left_without_stacks_is_shown(
    run: Run, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """After a teardown that went wrong nobody else would."""
    from ops.session import NotDeployedError

    def refuse(self: Account, stack: str) -> None:
        raise NotDeployedError("nothing deployed: stack finetuning-dev-Foundation does not exist")

    known = serving()
    there = Account(endpoints=[bought.endpoint_facts(known)])
    monkeypatch.setattr(Account, "outputs", refuse)
    code, document = told(run, there, capsys)
    assert code == 1
    assert document["problem"].startswith("nothing deployed")
    assert of_kind(document, "provisioned throughput")["hourly_usd"] == 40.5


@pytest.mark.parametrize(
    ("exported", "billed"), [((0, 1), 2), ((1,), 1)], ids=["made here", "the key that encrypts was given"]
)
def test_keys_of_the_environment_are_billed(
    run: Run,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    exported: tuple[int, ...],
    billed: int,
) -> None:
    """By the month, like storage of custom models: the one that encrypts, unless it was given, and the signing one."""
    keys = (bought.KEY, f"{bought.KEY}2")
    exports = {f"ExportsOutputFnGetAtt{index}": keys[index] for index in exported}
    outputs = {"RegistryTableName": "registry", "KeyArn": keys[0], "ManifestKeyArn": keys[1], **exports}
    monkeypatch.setattr(Account, "outputs", lambda self, stack: outputs)
    code, document = told(run, Account(), capsys)
    found = [item for item in document["items"] if item["kind"] == "KMS key"]
    assert (code, [item["monthly_usd"] for item in found]) == (0, [1.0] * billed)
    assert {item["ends"] for item in found} == {"cdk destroy --all -c env=dev"}


def test_superseded_model_says_how_it_goes(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    """It is kept for a rollback."""
    known = serving()
    old = replace(
        known.training.generations[0], id="9999999999-1", job_name="finetuning-dev-faq-9999999999-1", released=True
    )
    old = replace(old, job_arn=f"{bought.ARN}:model-customization-job/9", model_arn=f"{bought.ARN}:custom-model/9")
    known = replace(known, training=replace(known.training, generations=(old, *known.training.generations)))
    facts = bought.job_facts(known, arn=old.job_arn, name=old.job_name, model_arn=old.model_arn)
    there = Account(facts, bought.job_facts(known), endpoints=[bought.endpoint_facts(known)]).keep(known)
    _, document = told(run, there, capsys)
    [item] = (item for item in document["items"] if item["arn"] == old.model_arn)
    assert item["ends"].startswith("training.keep_previous 0 in cdk.json and a deployment, or cdk destroy")


@pytest.mark.parametrize(
    ("entry", "price"),
    [
        ({"unit_hour_usd": {"none": 2}}, 2.0),
        ({"unit_hour_usd": {"none": True}}, None),
        ({"unit_hour_usd": {"none": -1}}, None),
        ({"unit_hour_usd": {"one_month": 2}}, None),
        ({"unit_hour_usd": 2}, None),
        ("cheap", None),
    ],
    ids=["number", "boolean", "negative", "other term", "no object", "no entry"],
)
def test_broken_price_is_unknown(entry: object, price: float | None) -> None:
    """An operator must be able to look at a broken configuration."""
    found = prices.unit_hour_usd({"gpt": {}, "claude-3-haiku": entry}, bought.BASE_MODEL_ARN, "none")
    assert found == price


def test_endpoint_of_an_unknown_base_model_has_an_unknown_price() -> None:
    """Not that of another one that the catalog does not know either."""
    assert prices.unit_hour_usd({"gpt": {"unit_hour_usd": {"none": 2}}}, "gpt", "none") is None


def test_committed_throughput_that_nothing_wants_ends_by_itself(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    """There is nothing to do."""
    known = serving(committed_until=LATER, commitment="one_month")
    known = replace(known, endpoint=replace(known.endpoint, stopped=True))
    facts: dict[str, Any] = {"commitment": "one_month", "committed_until": LATER}
    _, document = told(run, account(known, **facts), capsys)
    item = of_kind(document, "provisioned throughput")
    assert item["ends"] == "the driver, at 2096-10-02 07:06 UTC"
    assert item["term"] == "committed until 2096-10-02 07:06 UTC; it is deleted then"


def test_owner_tags_tell_the_model_of_what_no_record_knows(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    """So that its bill can be looked for."""
    facts: EndpointFacts = bought.endpoint_facts(bought.record())
    _, document = told(run, Account(endpoints=[facts]), capsys)
    assert of_kind(document, "provisioned throughput")["model"] == facts.tags[names.MODEL_TAG]


def test_job_of_another_environment_is_no_run_of_this_one(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    """It was paid where it ran, and so is the storage of its model."""
    known = bought.record()
    current = known.training.generations[-1]
    promoted = Promoted("swap", current.model_arn, current.job_arn, current.job_name, "a" * 64)
    _, document = told(run, account(known.with_training(replace(current, promoted=promoted))), capsys)
    assert current.job_name not in {each["job_name"] for each in document["runs"]}
