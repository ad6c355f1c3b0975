"""The preflight resource: it refuses with everything that is in the way, never a rollback, and leaves nothing."""

import json
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import pytest

from finetuning.lifecycle import ModelRecord
from finetuning.preflight import AccountFacts, Wanted
from finetuning.properties import InvalidPropertiesError
from lambdas.preflight.resource import Preflight, PreflightRefusedError
from lambdas.registry import Registry
from lambdas.responder import CustomResourceRequest, answer
from lambdas.settings import PreflightSettings
from tests.fakes.cloudformation import a_request
from tests.fakes.stacks import STACK, FakeStacks
from tests.fakes.table import FakeTable
from tests.unit.lambdas.story import endpoint_properties
from tests.unit.preflight.account import KEY, ROLE, an_account, quotas, served


class FakeAccount:
    """Shows the same facts to everybody; `looks` says who asked."""

    def __init__(self, **facts: Any) -> None:
        self.facts = an_account(**facts)
        self.looks: list[tuple[Wanted, ModelRecord, list[str], float]] = []

    def look(self, wanted: Wanted, record: ModelRecord, others: Iterable[ModelRecord], *, now: float) -> AccountFacts:
        """The facts, with the record of the registry."""
        self.looks.append((wanted, record, [other.model for other in others], now))
        return replace(self.facts, record=record, now=now)


class Bench:
    """The resource on fakes."""

    def __init__(self, **facts: Any) -> None:
        self.account, self.stacks = FakeAccount(**facts), FakeStacks()
        self.registry = Registry("finetuning", "dev", FakeTable())
        settings = PreflightSettings("finetuning", "dev", "registry", ROLE, KEY)
        self.resource = Preflight(
            settings, registry=self.registry, account=self.account, stacks=self.stacks, clock=lambda: 7.0
        )


def asked(kind: str = "Create", **changes: Any) -> CustomResourceRequest:
    """A request; `changes` are properties that differ, None for one that is missing."""
    usual = {
        "Model": "faq",
        "BaseModel": "anthropic.claude-3-haiku-20240307-v1:0:200k",
        "CustomizationType": "FINE_TUNING",
        "Serving": "provisioned",
        "ModelUnits": "1",
        "Commitment": "none",
        "Wanted": "digest",
    }
    properties = {name: value for name, value in {**usual, **changes}.items() if value is not None}
    physical_id = None if kind == "Create" else "Preflight-0123456789abcdef"
    return a_request(kind, properties=properties, logical_id="Preflight", physical_id=physical_id)


def test_everything_is_asked_for_in_the_stacks_account_and_region() -> None:
    """And for the account's other models, which may wait for the same units."""
    bench = Bench()
    bench.registry.update("faq", lambda _: served())
    sources = {"examples": "", "others": "444455556666"}
    bench.resource.apply(asked(SourceBuckets=sources, Endpoint=endpoint_properties()))
    [(wanted, record, others, now)] = bench.account.looks
    assert (wanted.project, wanted.environment, wanted.model) == ("finetuning", "dev", "faq")
    assert (wanted.account, wanted.region) == ("111122223333", "us-west-2")
    assert (wanted.base_model.name, wanted.custom_model_arn) == ("Claude 3 Haiku", "")
    assert (wanted.serving, wanted.model_units, wanted.commitment) == ("provisioned", 1, "none")
    assert (wanted.service_role_arn, wanted.key_arn) == (ROLE, KEY)
    assert [(bucket.name, bucket.account) for bucket in wanted.sources] == [
        ("examples", "111122223333"),
        ("others", "444455556666"),
    ]
    assert wanted.endpoint is not None
    assert wanted.endpoint.fingerprint == wanted.endpoint_fingerprint
    assert (record.model, others, now) == ("faq", ["faq"], 7.0)


def test_custom_model_as_base_is_asked_for_by_its_arn() -> None:
    """And by the rules of its base model."""
    bench = Bench(custom_model_status="Active")
    arn = "arn:aws:bedrock:us-west-2:111122223333:custom-model/anthropic.claude-3-haiku-20240307-v1:0:200k/abcdefghijkl"
    bench.resource.apply(asked(BaseModel=arn))
    [(wanted, *_)] = bench.account.looks
    assert (wanted.base_model.name, wanted.custom_model_arn) == ("Claude 3 Haiku", arn)


def test_promoted_model_is_asked_for_by_its_arn() -> None:
    """Nothing is trained for it here."""
    bench = Bench(custom_model_status="Active")
    arn = "arn:aws:bedrock:us-west-2:111122223333:custom-model/anthropic.claude-3-haiku-20240307-v1:0:200k/abcdefghijkl"
    bench.resource.apply(asked(PromotedModelArn=arn))
    [(wanted, *_)] = bench.account.looks
    assert (wanted.promoted_model_arn, wanted.custom_model_arn) == (arn, "")


@pytest.mark.parametrize("told", ["true", "false", None])
def test_candidate_that_is_judged_apart_is_told(told: str | None) -> None:
    """A stack of an earlier release does not say so."""
    bench = Bench()
    bench.resource.apply(asked(JudgedApart=told))
    [(wanted, *_)] = bench.account.looks
    assert wanted.judged_apart is (told == "true")


def test_physical_id_never_changes() -> None:
    """A replacement would mean nothing, and a Delete for nothing."""
    bench = Bench()
    created = bench.resource.apply(asked())
    updated = bench.resource.apply(replace(asked("Update", Wanted="another"), request_id="2"))
    assert created == updated
    other = a_request(properties=asked().properties, logical_id="Preflight", stack_id=f"{STACK}2")
    assert bench.resource.apply(other) != created


def test_refusal_lists_everything_and_fits_the_answer() -> None:
    """All at once, with the commands, in 4,096 bytes."""
    bench = Bench(foundation_model=None, quotas=quotas(L_BE77399C=0, L_EF415EF6=0, L_CB5B847D=0), role=None, key=None)
    request = asked()
    with pytest.raises(PreflightRefusedError) as refusal:
        bench.resource.apply(request)
    text = str(refusal.value)
    assert text.startswith(
        "model faq is not started, and nothing was bought; see everything with python -m ops preflight --env dev "
        "--model faq (and the -c of this deployment); in the way: (1) base model: "
    )
    for number in range(1, 7):
        assert f"({number}) " in text
    assert "(7)" not in text
    assert "--quota-code L-BE77399C --desired-value 1 --region us-west-2 (4) " in text
    body = answer.failed(request, request.allocated_id, f"PreflightRefusedError: {text}")
    assert json.loads(body)["Reason"].endswith(text)


def test_warnings_refuse_nothing() -> None:
    """They are logged."""
    assert Bench(quotas=quotas(L_0406044C=0)).resource.apply(asked()).physical_id


def test_findings_are_logged_by_their_severity(capsys: pytest.CaptureFixture[str]) -> None:
    """The answer of a deployment that passes says nothing."""
    Bench(quotas=quotas(L_0406044C=0)).resource.apply(asked())
    levels = {line["check"]: line["level"] for line in map(json.loads, capsys.readouterr().out.splitlines())}
    assert levels.pop("quota of customization jobs") == "WARNING"
    assert set(levels.values()) == {"INFO"}


def test_rollback_is_never_refused() -> None:
    """It goes back to what was accepted once; refusing it would leave the stack in a state that needs a human."""
    bench = Bench(quotas=quotas(L_BE77399C=0))
    bench.stacks.rolling_back.add(STACK)
    bench.resource.apply(asked("Update"))
    assert bench.account.looks == []


def test_update_is_refused_like_a_create() -> None:
    """More units are a purchase too."""
    with pytest.raises(PreflightRefusedError):
        Bench(quotas=quotas(L_BE77399C=0)).resource.apply(asked("Update"))


def test_what_stands_already_is_read_from_the_registry() -> None:
    """Its own units must not be held against it."""
    bench = Bench(quotas=quotas(L_BE77399C=0, L_EF415EF6=0))
    bench.registry.update("faq", lambda _: served())
    bench.resource.apply(asked("Update"))


def test_delete_asks_nobody() -> None:
    """There is nothing to delete, so it cannot fail."""
    bench = Bench()
    bench.resource.delete(asked("Delete", Model=None, BaseModel="gone"))
    assert bench.account.looks == []


@pytest.mark.parametrize("changes", [{"Serving": None}, {"ModelUnits": "one"}, {"Endpoint": "all of it"}])
def test_properties_of_another_shape_are_refused(changes: dict[str, Any]) -> None:
    """The stack writes them, so it is the stack that is wrong."""
    with pytest.raises(InvalidPropertiesError, match=f"property {next(iter(changes))} must be"):
        Bench().resource.apply(asked(**changes))
