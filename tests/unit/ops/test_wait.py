"""`ops wait`: what counts as reached, what will never be, and how long one waits for the rest."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import chain, repeat

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError
from botocore.parsers import ResponseParserError
from rich.console import Console

from finetuning.lifecycle import ModelRecord, Observed
from finetuning.lifecycle.verdict import EvaluationWanted, Verdict
from ops.commands.wait import NOT_IN_TIME, Waited, Waiting, exit_code, standing
from ops.status.judging import report
from ops.status.look import Look
from ops.status.milestones import Milestone, Outcome, Progress, progress
from tests.unit.ops import looks

EVALUATION, EARLIER = "aaaaaaaaaaaaaaaa", "bbbbbbbbbbbbbbbb"
WANTED = EvaluationWanted(EVALUATION, "enabled", {"evaluation": {"preset": "knowledge"}}, 3600, own_endpoint=True)


def passed(identifier: str = EVALUATION, mode: str = "enabled") -> Verdict:
    """A verdict in favour."""
    return Verdict(identifier, True, mode)


def failed(mode: str = "enabled") -> Verdict:
    """A verdict against."""
    return Verdict(EVALUATION, False, mode, ("token_f1 is 0.41, at least 0.60 is required",))


def judged(
    look: Look, curve: Verdict | None, verdict: Verdict | None, wanted: EvaluationWanted | None = WANTED
) -> Look:
    """The look after the gate has said something."""
    generation = look.record.training.current
    assert generation is not None
    known = replace(generation, evaluation=wanted, curve=curve, verdict=verdict)
    return replace(look, record=look.record.with_training(known))


def trained() -> Look:
    """The job has made its model; nothing is bought yet."""
    return looks.look(looks.record(), Observed(jobs={looks.GENERATION: looks.job("Completed")}))


def outcome(milestone: Milestone, look: Look) -> tuple[Outcome, str]:
    """What is said of a look, and why."""
    found = progress(milestone, look, report(look))
    return found.outcome, "; ".join(found.reasons)


@pytest.mark.parametrize(
    ("look", "expected"),
    [
        (looks.training(), Outcome.WAITING),
        (judged(looks.training(), None, None), Outcome.WAITING),
        (judged(trained(), None, None), Outcome.WAITING),
        (judged(trained(), passed(), None), Outcome.WAITING),
        (judged(trained(), passed(), passed(EARLIER)), Outcome.WAITING),
        (judged(trained(), passed(), passed()), Outcome.REACHED),
        (judged(trained(), failed(), None), Outcome.FAILED),
        (judged(trained(), passed(), failed()), Outcome.FAILED),
        (looks.failed(), Outcome.FAILED),
    ],
)
def test_evaluated_is_a_verdict_on_what_is_wanted_now(look: Look, expected: Outcome) -> None:
    """Not the verdict on an evaluation before, and not the one on the losses alone."""
    assert outcome(Milestone.EVALUATED, look)[0] == expected


def test_reasons_of_the_gate_are_told() -> None:
    """As they stand in the verdict; a dry run lets the model pass, and says what it would have said."""
    assert "token_f1 is 0.41" in outcome(Milestone.EVALUATED, judged(trained(), passed(), failed()))[1]
    dry = judged(trained(), passed(mode="dry_run"), failed("dry_run"), replace(WANTED, mode="dry_run"))
    assert outcome(Milestone.EVALUATED, dry) == (
        Outcome.REACHED,
        "passed the quality gate (mode dry_run); did not pass the quality gate, which only says so (mode dry_run): "
        "token_f1 is 0.41, at least 0.60 is required",
    )


def test_without_an_evaluation_a_trained_model_is_evaluated_and_that_is_said() -> None:
    """Nothing will ever be judged, so nobody waits for it."""
    assert outcome(Milestone.EVALUATED, trained()) == (
        Outcome.REACHED,
        "no evaluation is configured: nothing was judged",
    )


@pytest.mark.parametrize(
    ("curve", "verdict", "told"),
    [
        (None, passed(EARLIER), "passed the quality gate (mode enabled)"),
        (None, replace(failed("dry_run"), id=EARLIER), "only says so (mode dry_run): token_f1 is 0.41"),
        (None, None, "no verdict of it is recorded"),
    ],
    ids=["passed", "dry_run", "never_judged"],
)
def test_changed_gate_does_not_unsay_what_was_said_of_a_model_that_has_served(
    curve: Verdict | None, verdict: Verdict | None, told: str
) -> None:
    """It stays judged, so that nothing is waited for; that the present gate judged nothing of it is said."""
    look = judged(trained(), curve, verdict)
    current = look.record.training.current
    assert current is not None
    known = look.record.with_training(replace(current, served=True))
    reached, reasons = outcome(Milestone.EVALUATED, replace(look, record=known))
    assert reached == Outcome.REACHED
    assert told in reasons
    assert reasons.endswith("a model that has served stays as it was judged: the present gate judges the next training")


def without_endpoint(look: Look) -> Look:
    """The same, trained only, and nothing left to do."""
    endpoint = replace(look.record.endpoint, removed=True, generations=())
    return replace(look, record=replace(look.record, settled=True, endpoint=endpoint), driver_status=None)


@pytest.mark.parametrize(
    ("look", "expected"),
    [
        (looks.training(), Outcome.WAITING),
        (looks.serving(), Outcome.REACHED),
        (replace(looks.serving(), record=replace(looks.serving().record, settled=False)), Outcome.WAITING),
        (replace(looks.serving(), pointer=None), Outcome.WAITING),
        (judged(looks.serving(), passed(), failed()), Outcome.FAILED),
        (looks.failed(), Outcome.FAILED),
        (without_endpoint(trained()), Outcome.FAILED),
        (looks.look(ModelRecord("finetuning", "dev", "faq"), Observed()), Outcome.FAILED),
    ],
)
def test_served_is_in_service_with_nothing_left_to_watch(look: Look, expected: Outcome) -> None:
    """While the driver watches the alarms the model may still be taken back."""
    assert outcome(Milestone.SERVED, look)[0] == expected


def test_settled_is_reached_whatever_serves() -> None:
    """After a rollback the wanted model is rejected, and that is as it should be."""
    assert outcome(Milestone.SETTLED, looks.training())[0] == Outcome.WAITING
    reached, reason = outcome(Milestone.SETTLED, looks.failed())
    assert (reached, "record 7 exceeds limit" in reason) == (Outcome.REACHED, True)


def test_settled_is_reached_when_a_removal_is_over() -> None:
    """After `cdk destroy` somebody waits for the bill to end; what is gone is as it should be, and said."""
    known = looks.serving().record
    removed = replace(
        known,
        settled=False,
        training=replace(known.training, removed=True),
        endpoint=replace(known.endpoint, removed=True),
    )
    going = replace(looks.serving(), record=removed)
    gone = looks.look(ModelRecord("finetuning", "dev", "faq"), Observed())
    assert outcome(Milestone.SETTLED, going)[0] == Outcome.WAITING
    assert outcome(Milestone.SETTLED, gone) == (
        Outcome.REACHED,
        "nothing is wanted of model 'faq' in this environment",
    )


def test_who_is_waited_for_is_told() -> None:
    """Neither an approval nor an alarm comes by waiting again."""
    look = judged(looks.serving(), None, None, None)
    waits = replace(report(look), troubles={"stuck": "an alarm goes off: errors", "idle": "nobody asks it"})
    assert standing(waits, Progress(Outcome.WAITING)).reasons == ("an alarm goes off: errors",)
    assert standing(waits, Progress(Outcome.REACHED)).reasons == ()


def waited(outcome: Outcome, line: str = "faq: training") -> Waited:
    """A look at the model."""
    return Waited("faq", outcome, "training", (), line)


class Clock:
    """Passes only while somebody sleeps."""

    now = 0.0

    def sleep(self, seconds: float) -> None:
        """Let time pass."""
        self.now += seconds


def run(found: Sequence[Waited | Exception], seconds: float = 60.0) -> tuple[list[Waited], list[str], float]:
    """Wait for one model that is seen so one look after another, the last one for ever."""
    seen = chain(found, repeat(found[-1]))
    clock, out = Clock(), Console(record=True, width=200, quiet=False, file=open("/dev/null", "w"))  # noqa: SIM115

    def look(name: str) -> Waited:
        following = next(seen)
        if isinstance(following, Exception):
            raise following
        return following

    waiting = Waiting(look, out, 10.0, clock=lambda: clock.now, sleep=clock.sleep)
    return waiting.wait(["faq"], seconds), out.export_text().splitlines(), clock.now


def test_waiting_ends_when_it_is_decided_and_says_each_change_once() -> None:
    """Not every look."""
    trains, serves = waited(Outcome.WAITING), waited(Outcome.REACHED, "faq: in service")
    found, lines, seconds = run([trains, trains, trains, serves])
    assert (found, lines, seconds) == ([serves], ["faq: training", "faq: in service"], 30.0)
    assert exit_code(found) == 0


def test_waiting_ends_when_the_time_is_over() -> None:
    """To the second, and not a whole interval later."""
    found, _, seconds = run([waited(Outcome.WAITING)], 25.0)
    assert (exit_code(found), seconds) == (NOT_IN_TIME, 25.0)


def test_long_silence_is_broken() -> None:
    """A CI kills what says nothing."""
    _, lines, _ = run([waited(Outcome.WAITING)], 700.0)
    assert lines == ["faq: training"] * 3


def test_what_will_never_be_is_not_waited_for() -> None:
    """One that fails counts more than one that is late."""
    found, _, seconds = run([waited(Outcome.FAILED)])
    assert (exit_code(found), exit_code([*found, waited(Outcome.WAITING)]), seconds) == (1, 1, 0.0)


LOST = EndpointConnectionError(endpoint_url="https://bedrock.us-east-1.amazonaws.com")


def test_lost_looks_are_forgiven_but_not_for_ever() -> None:
    """A wait of hours sees networks fail; ten in a row are too many."""
    found, lines, _ = run([*[LOST] * 10, waited(Outcome.REACHED)], 1000.0)
    assert (exit_code(found), len([line for line in lines if "looking again" in line])) == (0, 10)
    with pytest.raises(EndpointConnectionError):
        run([LOST], 1000.0)


def test_page_of_a_proxy_is_forgiven_like_silence_and_a_refusal_is_not() -> None:
    """A page is one line that shows nothing of it; what AWS itself refuses is refused again."""
    page = ClientError({"Error": {"Code": "502", "Message": "<html>"}}, "GetItem")
    unparsed = ResponseParserError("Unable to parse response:\nb'<html>'")
    found, lines, _ = run([page, unparsed, waited(Outcome.REACHED)])
    assert exit_code(found) == 0
    said = "no answer from AWS, looking again: what is in its place answers, but not like AWS"
    assert [line.partition(" (")[0] for line in lines] == [said, said, "faq: training"]
    with pytest.raises(ClientError):
        run([ClientError({"Error": {"Code": "AccessDeniedException", "Message": "no"}}, "GetItem")])
