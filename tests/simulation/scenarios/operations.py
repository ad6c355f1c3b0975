"""What people do to a model, as crash points strike it: what comes before, the operation, and when it is done."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from finetuning.lifecycle.retrying import resume, retry, stop_billing
from finetuning.lifecycle.verdict import Verdict
from tests.simulation.aws.evaluations import SHORTEST_SECONDS
from tests.simulation.environment import Change
from tests.simulation.judgements import approving, rolling_back
from tests.simulation.scenarios.life import DAY, MINUTE, Act, Life
from tests.simulation.scenarios.promoting import have_one_promoted, is_promoted, judge_promotion, promote_another


@dataclass(frozen=True)
class Operation:
    """One operation.

    Attributes:
        prepare: brings the model to where the operation begins; nothing is struck meanwhile.
        act: begins the operation and waits for what people wait for; when it failed, people do the same again.
        done: whether they need not.
        judge: by what holds in the end.
    """

    name: str
    prepare: Act
    act: Act
    done: Callable[[Life], bool]
    judge: Act = Life.judge


def _serve(life: Life) -> None:
    life.serve()
    life.environment.run_until_quiet()


def _deploy(life: Life, **changes: Any) -> None:
    life.mend()
    life.deploy(replace(life.wanted, **changes))
    life.mend()


def _is_deployed(life: Life) -> bool:
    return life.status in {"CREATE_COMPLETE", "UPDATE_COMPLETE"} and life.stack.template == life.wanted.template


def _roll_back(life: Life) -> None:
    """An update whose last resource fails; afterwards what was there before is wanted."""
    life.mend()
    before = life.wanted
    life.update(epochs="3", other="30", other_fails=True)
    life.mend()
    life.wanted = before


def _is_rolled_back(life: Life) -> bool:
    return life.status == "UPDATE_ROLLBACK_COMPLETE"


def _destroy(life: Life) -> None:
    life.destroy()
    life.mend()


def _is_destroyed(life: Life) -> bool:
    return life.status == "DELETE_COMPLETE"


def _have_two_models(life: Life) -> None:
    """The second serves, the first is kept."""
    _serve(life)
    life.retrain()
    life.until_served()
    life.environment.run_until_quiet()


def _fail(life: Life) -> None:
    life.environment.account.bedrock.fail_next_job("out of luck")
    life.deploy()
    life.environment.run_until_quiet()


def _operate(life: Life, what: str, change: Change) -> None:
    life.environment.operate(what, change)
    life.run(10 * MINUTE)


def _stop_and_resume(life: Life) -> None:
    """Stop until it is stopped, then resume."""
    for _ in range(3):
        if life.record.endpoint.stopped:
            break
        _operate(life, "stop billing", lambda record, seen: stop_billing(record))
    life.until(lambda: not life.endpoints, most=3600.0)
    _operate(life, "resume", resume)


def _await_approval(life: Life) -> None:
    life.wanted = replace(life.wanted, needs_approval=True)
    life.deploy()
    life.environment.run_until_quiet()


def _judge(life: Life, what: str, judging: Callable[[], Change]) -> None:
    _operate(life, what, judging())


def _train_a_mute_model(life: Life) -> None:
    """A model that will not answer is being put in the place of one that serves."""
    _serve(life)
    life.environment.account.bedrock.mute_next_model()
    life.retrain()
    life.until(lambda: life.changes("swapped"))


def _serve_on_demand(life: Life) -> None:
    life.wanted = replace(life.wanted, serving="on_demand")
    _serve(life)


def _retrain_behind_the_gate(life: Life) -> None:
    """Until the verdict is in, and what follows from it is done; soon, as each further look would be struck, too."""
    life.environment.account.evaluations.takes = (SHORTEST_SECONDS, SHORTEST_SECONDS)
    _deploy(life, epochs="3", gate="enabled")
    life.until(lambda: _verdict(life) is not None and life.record.settled, most=DAY)


def _verdict(life: Life) -> Verdict | None:
    generation = life.record.training.current
    return generation.verdict if generation else None


OPERATIONS: Mapping[str, Operation] = {
    operation.name: operation
    for operation in (
        Operation("create", lambda life: None, _deploy, _is_deployed),
        Operation("create and wait", lambda life: None, partial(_deploy, waits=True), _is_deployed),
        Operation("retrain", _serve, partial(_deploy, epochs="3"), _is_deployed),
        Operation("replace endpoint", _serve, partial(_deploy, units="2"), _is_deployed),
        Operation("roll back", _serve, _roll_back, _is_rolled_back),
        Operation("swap", _have_two_models, partial(_deploy, epochs="2"), _is_deployed),
        Operation("retag", _serve, partial(_deploy, tags=(("team", "sales"), ("cost", "42"))), _is_deployed),
        Operation("retry", _fail, partial(_operate, what="retry", change=retry), lambda life: len(life.jobs) > 1),
        Operation("stop and resume", _serve, _stop_and_resume, lambda life: not life.record.endpoint.stopped),
        Operation(
            "approve",
            _await_approval,
            partial(_judge, what="approve", judging=approving),
            lambda life: bool(life.record.training.current and life.record.training.current.approved_by),
        ),
        Operation(
            "roll back the model",
            _have_two_models,
            partial(_judge, what="roll back", judging=rolling_back),
            lambda life: bool(life.record.training.current and life.record.training.current.rejected),
        ),
        Operation("swap to a mute model", _train_a_mute_model, lambda life: life.run(DAY), lambda life: True),
        Operation("judge apart", _serve_on_demand, _retrain_behind_the_gate, _is_deployed),
        Operation("judge where it serves", _serve, _retrain_behind_the_gate, _is_deployed),
        Operation("promote", have_one_promoted, promote_another, is_promoted, judge_promotion),
        Operation("delete", _serve, _destroy, _is_destroyed),
    )
}
"""Every operation, by name."""
