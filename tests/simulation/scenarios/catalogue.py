"""The catalogue of faults: each has a story here, tests elsewhere, or both."""

import json
from collections.abc import Iterator, Mapping
from importlib import import_module
from pathlib import Path

from tests.simulation.scenarios.running import Part, Played
from tests.simulation.scenarios.scenario import STORIES, Scenario, play

_PARTS_A = ("dying", "answering", "replacing", "deleting", "editing")
for _module in (
    *_PARTS_A,
    "starting",
    "training",
    "buying",
    "committing",
    "serving",
    "waiting",
    "design",
    "judging",
    "promotion",
    "copying",
):
    import_module(f"tests.simulation.scenarios.{_module}")

_FILE = json.loads(Path(__file__).with_name("catalogue.json").read_text())
#: What each fault is, by id.
TITLES: Mapping[str, str] = _FILE["faults"]

_RULES = "tests/infrastructure/test_stack_rules.py"
_HANDLERS = "tests/unit/lambdas/test_handlers.py"
_RESPONDER = "tests/unit/lambdas/test_responder.py"
#: Tests of what a story in time cannot show: templates, packages, bytes on the wire.
TESTS: Mapping[str, tuple[str, ...]] = {
    "A01": (
        f"{_HANDLERS}::test_handlers_that_answer_import_only_what_answers",
        f"{_RESPONDER}::test_import_error_while_building_is_answered_failed",
        "tests/infrastructure/test_model.py::test_no_handling_can_still_run_when_cloudformation_gives_up",
    ),
    "A03": (
        "tests/unit/lambdas/test_responder_deliveries.py::test_work_that_takes_too_long_is_broken_off_and_answered",
    ),
    "A11": (f"{_RESPONDER}::test_reason_is_cut_only_beyond_4096_bytes",),
    "A12": ("tests/unit/lambdas/test_delivery.py::test_length_is_that_of_the_bytes",),
    "A13": (f"{_RESPONDER}::test_attribute_that_is_no_string_is_refused",),
    "A28": ("tests/infrastructure/test_no_effect_edits.py::test_new_code_changes_no_job",),
    "A29": (
        f"{_RULES}::test_custom_resources_outlive_nothing_that_they_need",
        f"{_RULES}::test_custom_resources_are_answered_until_they_are_gone",
    ),
    "A30": (
        f"{_RULES}::test_custom_resources_keep_type_and_service_token",
        f"{_RULES}::test_logical_ids_of_stateful_resources_are_pinned",
    ),
    "C13": ("tests/infrastructure/test_model.py::test_commitment_is_refused_at_synth",),
    "D05": ("tests/infrastructure/test_control.py::test_undelivered_events_are_kept",),
    "F02": (
        "tests/infrastructure/test_model.py::test_s3_uris_are_passed_on_with_their_version",
        "tests/unit/lambdas/test_training_dataset.py::test_files_are_staged_converted_under_their_digests",
    ),
    "F03": (
        "tests/contract/test_uploads.py::test_object_is_written_in_parts_of_eight_mebibytes",
        f"{_RULES}::test_account_with_an_old_bootstrap_is_refused",
        "tests/infrastructure/test_foundation.py::test_service_role_reads_staged_data_writes_outputs_and_uses_the_key",
    ),
}


def _scenario(identifier: str) -> Scenario:
    title, tests, told = TITLES[identifier], TESTS.get(identifier, ()), STORIES.get(identifier)
    if told is None:
        return Scenario(identifier, title, tests=tests)
    return Scenario(identifier, title, told.story, tests, told.variants, told.stack_variants)


CATALOGUE: Mapping[str, Scenario] = {identifier: _scenario(identifier) for identifier in TITLES}
"""Every fault with its scenario, by id."""


def parts(seeds: int, *, first_seed: int = 0, faults: tuple[str, ...] = ()) -> Iterator[Part]:
    """Every fault that has a story, or these, with each seed."""
    for scenario in CATALOGUE.values():
        if scenario.story is not None and (not faults or scenario.id in faults):
            for seed in range(first_seed, first_seed + seeds):
                yield scenario.id, str(seed)


def play_fault(fault: str, which: str) -> Played:
    """Play one: `which` is the seed."""
    return play(CATALOGUE[fault], int(which))
