"""Where candidate and champion are asked: behind an endpoint that stands, that serves this very model, and no other."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from finetuning.evaluation import settings as evaluation_settings
from finetuning.evaluation.plan import Subject
from finetuning.invocation import greedy
from finetuning.lifecycle import EndpointGeneration
from lambdas.evaluation import subjects
from lambdas.evaluation.subjects import NotServedError
from tests.unit.lambdas.evaluating import (
    ASKED_AT,
    CANDIDATE,
    CHAMPION,
    GENERATION,
    NOVA_LITE,
    SERVED_AT,
    Evaluating,
    endpoint,
    with_evaluation,
)

LARGER = "us.amazon.nova-premier-v1:0"
OWN = endpoint(ASKED_AT, CANDIDATE, purpose="evaluation", judges=GENERATION)
#: What makes an endpoint one at which a model cannot be asked, or at which another model answers.
UNFIT: dict[str, dict[str, Any]] = {
    "it is gone": {"gone": True},
    "it failed": {"failure": "no capacity"},
    "it is not made yet": {"arn": ""},
    "it serves another model": {"model_arn": "arn:another"},
    "it judges another model": {"purpose": "evaluation", "judges": "bbbbbbbbbb-1"},
}


def asked(
    *endpoints: EndpointGeneration, published: str = "", model_arn: str = CANDIDATE, **fields: Any
) -> dict[str, Subject]:
    """The subjects of an evaluation by their names, with these endpoints in the record."""
    evaluating = Evaluating(with_evaluation(**fields), model_arn=model_arn)
    slot = replace(evaluating.record.endpoint, generations=endpoints, published_model_arn=published)
    record = replace(evaluating.record, endpoint=slot)
    settings = evaluation_settings.read(with_evaluation(**fields)).evaluation
    assert settings is not None
    found = subjects.of(record, evaluating.candidate, NOVA_LITE, settings, greedy(64), lambda model: True)
    return {subject.name: subject for subject in found.subjects}


def test_candidate_is_asked_behind_its_own_endpoint_before_the_one_that_serves() -> None:
    """Applications call that one."""
    assert asked(endpoint(SERVED_AT, CANDIDATE), OWN)["candidate"].model_id == ASKED_AT


@pytest.mark.parametrize("others", [(), (replace(OWN, released=True),)], ids=["it never had one", "it was let go of"])
def test_candidate_is_asked_where_it_is_to_serve_if_it_has_no_endpoint_of_its_own(
    others: Sequence[EndpointGeneration],
) -> None:
    """On provisioned throughput there is one only."""
    assert asked(*others, endpoint(SERVED_AT, CANDIDATE))["candidate"].model_id == SERVED_AT


@pytest.mark.parametrize("why", UNFIT)
def test_candidate_is_asked_nowhere_else(why: str) -> None:
    """Another model's answers would be taken for its own."""
    with pytest.raises(NotServedError, match=f"no endpoint serves training {GENERATION} of model faq"):
        asked(replace(endpoint(SERVED_AT, CANDIDATE), **UNFIT[why]))


def test_candidate_is_not_asked_before_its_own_endpoint_has_an_arn() -> None:
    """Its purchase is under way."""
    with pytest.raises(NotServedError):
        asked(replace(OWN, arn=""))


def test_candidate_without_a_model_is_not_asked() -> None:
    """Whatever its endpoint serves is another one."""
    with pytest.raises(NotServedError):
        asked(OWN, endpoint(SERVED_AT, ""), model_arn="")


@pytest.mark.parametrize("why", UNFIT)
def test_champion_is_asked_nowhere_else(why: str) -> None:
    """Then its saved answers count."""
    found = asked(OWN, replace(endpoint(SERVED_AT, CHAMPION), **UNFIT[why]), published=CHAMPION)["champion"]
    assert (found.identity, found.model_id, found.invocation_format) == (CHAMPION, "", "")


def test_champion_is_asked_in_its_own_format() -> None:
    """That of the base model which its ARN names."""
    found = asked(OWN, endpoint(SERVED_AT, CHAMPION), published=CHAMPION)["champion"]
    assert (found.model_id, found.invocation_format) == (SERVED_AT, "nova-messages")


def test_model_that_serves_already_is_not_its_own_champion() -> None:
    """It is as good as itself, whatever it answers."""
    assert "champion" not in asked(OWN, published=CANDIDATE)


@pytest.mark.parametrize("baselines", [[], ["base"], ["champion"], ["base", "champion"]])
def test_only_the_baselines_that_are_named_are_compared(baselines: list[str]) -> None:
    """Each costs as many questions as the candidate."""
    assert list(asked(OWN, published=CHAMPION, baselines=baselines)) == ["candidate", *baselines]


def test_larger_model_is_compared_only_where_one_is_named() -> None:
    """By its identifier, and by Converse."""
    assert list(asked(OWN)) == ["candidate", "base"]
    found = asked(OWN, larger_model=LARGER)["larger"]
    assert (found.model_id, found.invocation_format) == (LARGER, "")


def test_each_model_has_answers_of_its_own() -> None:
    """Saved answers are never taken for another model's."""
    found = asked(OWN, published=CHAMPION, larger_model=LARGER)
    assert len({subject.key for subject in found.values()}) == 4
