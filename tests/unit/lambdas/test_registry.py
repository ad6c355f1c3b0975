"""The registry: pure changes over the version that was read, and again if somebody was faster."""

from dataclasses import replace

import pytest

from finetuning.lifecycle import ModelRecord
from lambdas.gateways.registry_table import StaleVersionError
from lambdas.registry import Registry
from lambdas.registry.registry import TRIES
from tests.fakes.table import FakeTable


def a_registry(table: FakeTable) -> Registry:
    """The registry of finetuning-dev."""
    return Registry("finetuning", "dev", table)


def with_problem(problem: str) -> ModelRecord:
    """A record of the model `faq` that was never written."""
    return ModelRecord("finetuning", "dev", "faq", problem=problem)


def test_model_that_was_never_wanted_has_a_blank_record() -> None:
    """Reading writes nothing."""
    table = FakeTable()
    assert a_registry(table).read("faq") == with_problem("")
    assert table.items == {}


def test_update_returns_what_the_next_read_returns() -> None:
    """Including the version that was written."""
    registry = a_registry(FakeTable())
    updated = registry.update("faq", lambda record: replace(record, problem="a"))
    assert updated == registry.read("faq") == replace(with_problem("a"), version=1)


def test_change_without_effect_is_not_written() -> None:
    """Asking twice for the same thing costs no write."""
    table = FakeTable()
    registry = a_registry(table)
    registry.update("faq", lambda record: replace(record, problem="a"))
    registry.update("faq", lambda record: replace(record, problem="a"))
    assert table.writes == 1


def test_change_is_applied_to_what_somebody_else_wrote_meanwhile() -> None:
    """Both writers' changes survive."""
    table = FakeTable()
    registry = a_registry(table)
    table.interruptions = [lambda: registry.update("faq", lambda record: replace(record, problem="theirs"))]
    updated = registry.update("faq", lambda record: replace(record, driver_attempt=7))
    assert updated == replace(with_problem("theirs"), driver_attempt=7, version=2)


def test_endless_competition_ends_in_an_error() -> None:
    """The tries are bounded."""
    table = FakeTable()
    registry = a_registry(table)

    def others_win() -> None:
        version = table.items.get("faq", ("", 0))[1]
        table.items["faq"] = (table.items.get("faq", ("", 0))[0] or _document(), version + 1)

    table.interruptions = [others_win] * TRIES
    with pytest.raises(StaleVersionError):
        registry.update("faq", lambda record: replace(record, driver_attempt=record.driver_attempt + 1))
    assert table.interruptions == []


def test_all_has_every_model_of_the_environment() -> None:
    """The sweep and the guard see all of them."""
    registry = a_registry(FakeTable())
    for model in ("faq", "billing"):
        registry.update(model, lambda record: replace(record, problem=record.model))
    assert [record.problem for record in registry.all()] == ["billing", "faq"]


def _document() -> str:
    table = FakeTable()
    a_registry(table).update("faq", lambda record: replace(record, problem="theirs"))
    return table.items["faq"][0]
