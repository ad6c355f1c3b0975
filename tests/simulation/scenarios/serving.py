"""C08 to C12: endpoints change, and people change them."""

from dataclasses import replace

from finetuning.lifecycle.retrying import resume
from tests.simulation.environment import SWEEP_SECONDS
from tests.simulation.scenarios.life import DAY, HOUR, MINUTE, Life
from tests.simulation.scenarios.scenario import story
from tests.simulation.view import is_of

_CREATE = {
    "provisioned": "bedrock.create_provisioned_model_throughput",
    "on_demand": "bedrock.create_custom_model_deployment",
}
_DELETE = {
    "provisioned": "bedrock.delete_provisioned_model_throughput",
    "on_demand": "bedrock.delete_custom_model_deployment",
}


@story("C08")
def model_is_swapped(life: Life) -> None:
    """Another model of the same base model goes into the same endpoint."""
    life.serve()
    arn = life.pointer
    life.retrain()
    life.until_served()
    life.finish()
    life.expect(life.serves, "the new model does not serve")
    life.expect_equal(life.pointer, arn, "the pointer")
    life.expect_equal(len(life.bought("endpoint")), 1, "the number of endpoints bought")
    life.expect_equal(len(life.changes("swapped")), 1, "the number of swaps")


@story("C09")
def units_change(life: Life) -> None:
    """Units cannot be updated: a new endpoint is bought, applications are sent there, the old one goes."""
    life.wanted = replace(life.wanted, serving="provisioned")
    life.serve()
    old = life.pointer
    life.expect(life.update(units=life.one_of("2", "3")), "the update failed")
    if life.one_of(True, False):
        life.until(lambda: len(life.endpoints) == 2)
    life.until_served()
    life.finish()
    life.expect(life.serves, "the new endpoint does not serve")
    life.expect(life.pointer != old, "the pointer has not moved")
    life.expect_equal(len(life.endpoints), 1, "the number of endpoints")
    moved = [i for i, (_, _, what) in enumerate(life.environment.world.trace) if what == "ssm.put_parameter"]
    gone = [i for i, (_, _, what) in enumerate(life.environment.world.trace) if what == _DELETE["provisioned"]]
    life.expect(gone and moved[-1] < gone[0], "the old endpoint went before the pointer had moved")


@story("C10")
def swap_is_rolled_back(life: Life) -> None:
    """The new model is in place when the stack fails: the one before comes back, into the same endpoint."""
    life.serve()
    first, pointer = life.wanted, life.pointer
    life.environment.account.bedrock.jobs.next_duration = 700.0
    life.update(epochs="3", other=str(life.one_of(2 * HOUR, 6 * HOUR)), other_fails=True, settle=False)
    life.until(lambda: life.serves)
    life.settle()
    life.expect_equal(life.status, "UPDATE_ROLLBACK_COMPLETE", "the stack")
    life.wanted = first
    life.until_served()
    life.finish()
    life.expect(life.serves, "the model from before does not serve")
    life.expect_equal(life.pointer, pointer, "the pointer")
    life.expect_equal(len(life.changes("swapped")), 2, "the number of swaps")
    life.expect_equal(len(life.bought("endpoint")), 1, "the number of endpoints bought")
    life.expect_equal(len([p for p in life.bought("job") if is_of(p, first.job)]), 1, "the number of jobs of the old")


@story("C11", variants={"delete_served_model": True})
def model_is_served_elsewhere(life: Life) -> None:
    """The service may let a model go that somebody serves; we do not, until nobody does."""
    life.serve()
    bedrock = life.environment.account.bedrock
    stranger = bedrock.foreign(life.wanted.serving, "stranger", model_arn=life.models[0].arn)
    life.run(MINUTE)  # so that it shows
    if life.one_of(True, False):
        life.update(keep_previous="0")
        life.retrain()
        life.until_served()
    life.destroy()
    life.run(life.between(HOUR, 2 * DAY))
    served = [c.name for c in life.changes("deleted", "model") if c.detail]
    life.expect_equal(served, [], "models that were deleted while they were served")
    life.expect_equal(len(life.models), 1, "the number of models while the stranger serves one")
    bedrock.delete_by_hand(stranger)
    life.run(2 * DAY)
    life.finish()
    life.expect_nothing_left()


@story("C12")
def deleted_by_hand(life: Life) -> None:
    """Somebody deletes the endpoint: people are told within a day, and only they have it bought again."""
    life.serve()
    life.delete_by_hand("endpoint", life.endpoints)
    life.run(1.1 * DAY + SWEEP_SECONDS)
    life.expect_equal(len(life.notices("drifted")), 1, "the number of notices")
    life.expect_equal(len(life.bought("endpoint")), 1, "what was bought")
    life.run(life.between(0.0, DAY))
    life.expect_equal(len(life.bought("endpoint")), 1, "what was bought by itself")
    life.environment.operate("resume", resume)
    life.until_served()
    life.finish()
    life.expect(life.serves, "it does not serve after it was resumed")
    life.expect_equal(len(life.bought("endpoint")), 2, "the number of endpoints bought")
