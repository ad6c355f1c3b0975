"""What people do between two deployments, for mechanisms."""

from collections.abc import Callable
from functools import partial
from typing import Any

from tests.simulation.environment import Change
from tests.simulation.scenarios.life import DAY, HOUR, MINUTE, Act, Life


def update(**changes: Any) -> Act:
    """Deploy with these changes, if the stack stands."""

    def act(life: Life) -> None:
        if life.status.endswith("COMPLETE") and not life.status.startswith("DELETE"):
            life.update(**changes)

    return act


def retrain(life: Life) -> None:
    """With another number of epochs."""
    life.retrain()


def spell_anew(life: Life) -> None:
    """The same number of epochs."""
    update(epochs=f"0{int(life.wanted.epochs)}")(life)


def there_and_back(life: Life) -> None:
    """Another training, and then the first again."""
    first = life.wanted
    life.retrain()
    life.run(life.one_of(0.0, 5 * MINUTE, DAY))
    life.mend()
    life.deploy(first)


def cancel(life: Life) -> None:
    """An update, in flight."""
    life.retrain(settle=False)
    life.run(life.between(0, 20))
    life.cancel()


def destroy_early(life: Life) -> None:
    """While whatever is under way is under way."""
    if life.status == "CREATE_IN_PROGRESS" or not life.environment.cloudformation.busy:
        life.destroy()


def fail_beside(life: Life) -> None:
    """An update in which another resource fails."""
    wanted = life.wanted
    life.update(epochs="4", other=str(life.one_of(1, 30, 4000)), other_fails=True)
    life.wanted = wanted


def operate(what: str, change: Change) -> Act:
    """An operator's command, if the model is on record."""

    def act(life: Life) -> None:
        if life.environment.records:
            life.environment.operate(what, change)

    return act


def judge(what: str, judging: Callable[[], Change]) -> Act:
    """An operator's judgement, of the model that is wanted at that time."""

    def act(life: Life) -> None:
        operate(what, judging())(life)

    return act


def delete_by_hand(what: str) -> Act:
    """The first of what there is."""

    def act(life: Life) -> None:
        things = life.endpoints if what == "endpoint" else life.models
        life.delete_by_hand(what, things[:1])

    return act


def served_elsewhere(life: Life) -> None:
    """A stranger's endpoint serves our model for some hours."""
    bedrock = life.environment.account.bedrock
    for model in life.models[:1]:
        stranger = bedrock.foreign(life.wanted.serving, "stranger", model_arn=model.arn)
        life.environment.world.after(life.between(HOUR, DAY), partial(bedrock.delete_by_hand, stranger))


def unknown_status(life: Life) -> None:
    """Of everything that there is, for an hour."""
    for thing in life.environment.things:
        life.environment.account.bedrock.future_status(thing.arn, "Hibernating")
        life.environment.world.after(HOUR, partial(_known, life, thing.arn))


def _known(life: Life, arn: str) -> None:
    if life.environment.account.bedrock.find(arn) is not None:
        life.environment.account.bedrock.future_status(arn, "")
