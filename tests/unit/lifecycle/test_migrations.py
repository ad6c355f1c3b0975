"""Records of every released schema can be read: the registry outlives deployments of the code.

`tests/data/records` has one document of each schema, written by the release that had it. A new schema needs one more.
"""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from finetuning.lifecycle.codec import decode, encode
from finetuning.lifecycle.migrations import UnknownSchemaError, migrated
from finetuning.lifecycle.record import SCHEMA_VERSION

RECORDS = Path(__file__).parents[2] / "data" / "records"
SCHEMAS = range(1, SCHEMA_VERSION + 1)
ARN = "arn:aws:bedrock:us-west-2:111122223333"
T0 = 1_780_000_000.0


def stored(schema: int) -> str:
    """The document that the release of this schema wrote."""
    return (RECORDS / f"schema-{schema}.json").read_text("utf-8")


def test_every_released_schema_has_a_document() -> None:
    """Each with its number in it, and none too many."""
    assert sorted(path.name for path in RECORDS.iterdir()) == [f"schema-{schema}.json" for schema in SCHEMAS]
    assert [json.loads(stored(schema))["schema"] for schema in SCHEMAS] == list(SCHEMAS)


@pytest.mark.parametrize("schema", SCHEMAS)
def test_document_of_every_schema_is_read_and_written_in_the_new_form(schema: int) -> None:
    """What both releases know of is the same in both."""
    record = decode(stored(schema), version=7)
    assert record.version == 7
    assert decode(encode(record), version=7) == record
    old, new = json.loads(stored(schema)), json.loads(encode(record))
    kept = old["training"].pop("keep_previous", None)
    assert kept is None or {g["keep_previous"] for g in new["training"]["generations"]} == {kept}
    assert new["schema"] == SCHEMA_VERSION
    assert {**new, "schema": schema} == _merged(new, old)


def test_record_of_the_first_schema_keeps_what_was_bought() -> None:
    """And the driver that was in charge, whose name was computed then (fault A21)."""
    record = decode(stored(1), version=7)
    assert (record.in_charge, record.settled, record.parked_token) == ("faq-bbbbbbbbbb-1-2", False, "token")
    first, second = record.training.generations
    assert (first.id, first.job_arn, first.released) == ("aaaaaaaaaa-1", f"{ARN}:model-customization-job/1", True)
    assert (second.status, second.failure, record.training.current) == ("Failed", "bad data", second)
    assert record.training.handled == ("Job-1", "Job-3", "")
    [endpoint] = record.endpoint.generations
    assert (endpoint.arn, endpoint.seen_in_service) == (f"{ARN}:provisioned-model/1", True)
    assert record.endpoint.signal is not None
    assert record.endpoint.signal.sent


def test_fields_that_the_first_schema_did_not_have_take_their_defaults() -> None:
    """Nothing is committed, stopped, told or due for a change of tags."""
    record = decode(stored(1), version=7)
    assert (record.looked_at, record.doing, record.progress_at, record.notified) == (0.0, "", 0.0, ())
    assert (record.endpoint.stopped, record.endpoint.approvals) == (False, {})
    assert [(g.intended_at, g.tagged) for g in record.training.generations] == [(0.0, None)] * 2
    assert [(e.intended_at, e.tagged) for e in record.endpoint.generations] == [(0.0, None)]
    assert [e.committed_until for e in record.endpoint.generations] == [0.0]


def test_execution_of_a_removed_model_of_the_first_schema_is_named_after_none() -> None:
    """It had no current generation."""
    document = json.loads(stored(1))
    document["training"]["current_id"] = ""
    assert migrated(document)["in_charge"] == "faq-none-2"
    assert migrated(document)["schema"] == SCHEMA_VERSION


def test_record_of_the_second_schema_has_all_that_it_knew() -> None:
    """Commitments, approvals, tags on the way, and what was told."""
    record = decode(stored(2), version=7)
    [endpoint] = record.endpoint.generations
    assert (endpoint.approval, endpoint.committed_until) == ("approval-1", T0 + 7300 + 30 * 86_400)
    assert (endpoint.tags, endpoint.tagged) == ({"team": "ml"}, {"team": "support"})
    assert (record.endpoint.stopped, record.endpoint.approvals) == (True, {"approval-1": "aaaaaaaaaa-1"})
    assert record.notified == ("failed:bbbbbbbbbb-1/aaaaaaaaaa-1", f"orphaned:{ARN}:provisioned-model/2")
    assert [g.ended_at for g in record.training.generations] == [T0 + 7200, T0 + 9600]


def test_models_of_the_second_schema_may_be_rolled_back_to() -> None:
    """Those that were completed went into service by themselves; a failed one never did."""
    assert [(g.status, g.approved_by) for g in decode(stored(2), version=7).training.generations] == [
        ("Completed", "automatic"),
        ("Failed", ""),
    ]


def test_record_of_the_third_schema_has_all_that_it_knew() -> None:
    """Prices, caps, who approved and what was rejected."""
    record = decode(stored(3), version=7)
    first, second = record.training.generations
    assert (first.approved_by, first.rejected) == ("arn:aws:iam::111122223333:user/ada", "")
    assert (second.estimated_usd, second.max_usd, second.max_usd_per_month) == (12.5, 50.0, 900.0)
    assert (first.endpoint_hourly_usd, second.endpoint_hourly_usd) == (None, 60.5)
    assert second.rejected == "rolled back by arn:aws:iam::111122223333:user/ada"
    [endpoint] = record.endpoint.generations
    assert (endpoint.hourly_usd, endpoint.max_hourly_usd, endpoint.max_usd_per_month) == (60.5, 125.0, 900.0)
    assert (endpoint.needs_approval, endpoint.idle_days, endpoint.remove_idle) == (True, 7, True)


def test_models_of_the_third_schema_that_were_approved_are_not_judged_again() -> None:
    """They serve, or were about to."""
    assert [g.served for g in decode(stored(3), version=7).training.generations] == [True, True]


def test_record_of_the_fourth_schema_has_all_that_it_knew() -> None:
    """How a model is judged, what was said, and what is watched."""
    record = decode(stored(4), version=7)
    last = record.training.generations[-1]
    assert last.evaluation is not None
    assert (last.evaluation.mode, last.evaluation.own_endpoint) == ("enabled", False)
    assert last.verdict is not None
    assert (last.verdict.passed, len(last.verdict.reasons), last.manifest) == (True, 1, "e" * 64)
    assert [(e.alarms, e.watch_seconds, e.purpose) for e in record.endpoint.generations] == [
        (("faq-errors",), 1800, "serving")
    ]


@pytest.mark.parametrize("schema", [None, 0, SCHEMA_VERSION + 1, "2"])
def test_schema_that_this_code_does_not_know_is_refused(schema: Any) -> None:
    """Reading it as something else would forget what was bought."""
    document = {**json.loads(stored(1)), "schema": schema}
    with pytest.raises(
        UnknownSchemaError, match=f"has schema {schema!r}, this code reads up to {SCHEMA_VERSION}: deploy"
    ):
        decode(json.dumps(document), version=1)


def test_migration_leaves_the_given_document_alone() -> None:
    """A step makes a new one."""
    document = json.loads(stored(1))
    migrated(document)
    assert document == json.loads(stored(1))


def test_decoded_records_do_not_share_their_version() -> None:
    """The same text may be stored under two versions."""
    first, second = decode(stored(2), version=1), decode(stored(2), version=2)
    assert second == replace(first, version=2)


def _merged(new: Any, old: Any) -> Any:
    """The new document with everything in it that the old one has, key by key."""
    if isinstance(old, dict) and isinstance(new, dict):
        return {**new, **{key: _merged(new.get(key), value) for key, value in old.items()}}
    if isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
        return [_merged(n, o) for n, o in zip(new, old, strict=True)]
    return old
