"""A08 to A14: answers that do not arrive, or are not acceptable."""

import json
from dataclasses import replace

from lambdas.responder import Answer, CustomResourceRequest
from tests.simulation.fault import Fault
from tests.simulation.faults import PUT_ANSWER
from tests.simulation.requests import MAX_ANSWER_BYTES
from tests.simulation.scenarios.life import MINUTE, Life
from tests.simulation.scenarios.scenario import story
from tests.simulation.scenarios.strikes import Strike

_FUNCTIONS = ("customization_job", "model_endpoint")
_CREATE_JOB = "bedrock.create_model_customization_job"
#: Within what CloudFormation waits, an answer of the dead-letter queue's consumer included.
_SERVICE_TIMEOUT = 600.0


class _Broken:
    """A feature whose module or dependency is missing."""

    def apply(self, request: CustomResourceRequest) -> Answer:
        raise ModuleNotFoundError("No module named 'somewhere'")

    def delete(self, request: CustomResourceRequest) -> None:
        raise ModuleNotFoundError("No module named 'somewhere'")


@story("A08")
def answer_meets_errors(life: Life) -> None:
    """The PUT of an answer fails, a few times or more often than one delivery tries."""
    times = life.one_of(1, 2, 4, 5, 7)
    strike = Strike(PUT_ANSWER, life.one_of("refused", "lost"), times=times, by=life.one_of(*_FUNCTIONS))
    life.strike(strike)
    life.deploy()
    life.expect_equal(len(strike.struck), times, "the number of failures")
    life.expect_success()
    life.expect_equal(len(life.bought("job")), 1, "the number of jobs")
    puts = life.calls(PUT_ANSWER)
    life.expect(puts <= times + 2, f"{puts} PUTs for two answers, {times} of which failed")


@story("A09", stack_variants={"takes_again": False})
def answer_is_refused(life: Life) -> None:
    """The URL takes nothing any more, because the request has ended meanwhile: 403."""
    life.strike(Strike("", lambda call: _hang(20.0), by="customization_job#1", first=life.chance.randint(2, 6)))
    life.deploy(settle=False)
    life.until(lambda: life.requests("Create", "Job"))
    life.run(3.0)
    life.destroy()
    life.finish()
    life.expect_equal(life.calls(PUT_ANSWER, by="customization_job#1"), 1, "the number of PUTs of the late answer")
    again = [who for _, who, what in life.environment.world.trace if "attempt 1 failed" in what]
    life.expect(not again, "what nobody waits for was delivered again")
    logged = "".join(life.environment.output.lines)
    life.expect("RefusedAnswers" in logged, "the refusal is not counted")
    life.expect_nothing_left()


@story("A10")
def answer_is_taken_and_the_reply_is_lost(life: Life) -> None:
    """CloudFormation has the answer, the function does not know it, or dies before it does."""
    strike = Strike(PUT_ANSWER, life.one_of("reply lost", "crash after"), by=life.one_of(*_FUNCTIONS))
    life.strike(strike)
    life.deploy()
    life.run(5 * MINUTE)
    life.expect(strike.struck, "no reply was lost")
    life.expect_success()
    for request in life.requests("Create"):
        life.expect_equal(len(set(request.answers)), 1, "the number of different answers")
    life.expect_equal(len(life.bought("job")), 1, "the number of jobs")


@story("A11")
def answer_is_too_long(life: Life) -> None:
    """A service explains itself at great length."""
    _refused_at_length(life, life.one_of("no ", "x", '"\\'), life.one_of(3_000, 4_000, 4_096, 6_000, 100_000))


@story("A12")
def answer_is_not_ascii(life: Life) -> None:
    """A service explains itself in characters of two to four bytes."""
    _refused_at_length(life, life.one_of("ä", "…", "語", "🦉", "\x00", "\u2028"), life.chance.randint(300, 3_000))


@story("A13")
def attributes_are_no_scalars(life: Life) -> None:
    """A feature wants to answer with what JSON or CloudFormation has no word for."""
    odd = life.one_of(float("nan"), float("inf"), {"nested": "map"}, ["list"], None, b"bytes", object())
    good = life.environment.lambdas.functions["model_endpoint"]

    class Odd:
        """A feature with such an attribute."""

        def apply(self, request: CustomResourceRequest) -> Answer:
            return Answer(request.allocated_id, {"PointerParameter": "/a/b", "Loss": odd})  # type: ignore[dict-item]

        def delete(self, request: CustomResourceRequest) -> None:
            pass

    functions = life.environment.lambdas.functions
    functions["model_endpoint"] = replace(good, code=life.environment.functions.custom(Odd()))
    life.deploy(settle=False)
    life.until(lambda: life.requests("Create", "Endpoint") and life.last("Create", "Endpoint").outcome)
    functions["model_endpoint"] = good
    life.settle()
    life.expect_answers(life.requests("Create"), within=MINUTE)
    life.expect(life.deploy(), "the repaired function does not work")


@story("A14")
def attribute_is_missing(life: Life) -> None:
    """Outputs read attributes, whichever way an answer came about: made, unchanged, adopted."""
    life.deploy()
    first = life.wanted
    life.update(tags=(("team", "sales"),))
    life.retrain()
    life.deploy(first)
    life.expect_success()
    for logical_id in ("Job", "Endpoint"):
        requests = (*life.requests("Create", logical_id), *life.requests("Update", logical_id))
        names = {tuple(sorted(r.outcome.attributes)) for r in requests if r.outcome}
        life.expect_equal(len(names), 1, f"the number of different sets of attributes of {logical_id}")


def _refused_at_length(life: Life, text: str, characters: int) -> None:
    message = (text * (characters // len(text) + 1))[:characters]
    life.environment.account.bedrock.refuse_next_job(message)
    life.deploy()
    life.expect_equal(life.status, "ROLLBACK_COMPLETE", "the stack")
    create = life.requests("Create", "Job")[0]
    life.expect_answers([create], within=MINUTE)
    for body in create.answers:
        reason = json.loads(body.decode())["Reason"]
        life.expect(len(body) <= MAX_ANSWER_BYTES, f"the answer has {len(body)} bytes")
        life.expect(message[:200] in reason, "the beginning of the message is not in the reason")
    life.finish()
    life.expect_nothing_left()


def _hang(seconds: float = 125.0) -> Fault:
    return Fault.slow(seconds)
