"""A15 to A19: physical ids, updates that fail, replacements and rollbacks."""

import re
from dataclasses import replace

from tests.simulation.lambda_service import DeliveryRates
from tests.simulation.scenarios.life import Life
from tests.simulation.scenarios.scenario import story
from tests.simulation.scenarios.strikes import Strike
from tests.simulation.view import is_of

_OURS = re.compile(r"(Job|Endpoint)-[0-9a-f]{16}")


@story("A15")
def physical_ids(life: Life) -> None:
    """Retries, duplicates and updates in place: none of them may change an id."""
    life.environment.lambdas.rates = DeliveryRates(twice=life.one_of(0.0, 1.0), killed=life.one_of(0.0, 0.3))
    life.deploy()
    life.calm()
    if life.status != "CREATE_COMPLETE":
        life.deploy()
    before = _ids(life)
    life.expect(all(_OURS.fullmatch(i) for i in before.values()), f"ids are {before}")
    life.update(tags=(("team", "sales"),), epochs=f"0{life.wanted.epochs}")
    life.expect_success()
    life.expect_equal(_ids(life), before, "the ids after an update in place")
    life.retrain()
    life.expect(_ids(life)["Job"] != before["Job"], "another training has the id of the one before")
    life.expect_equal(_ids(life)["Endpoint"], before["Endpoint"], "the endpoint's id after a retraining")


@story("A16")
def failed_update(life: Life) -> None:
    """An update fails: its answer must carry the id from before, else the live thing would be deleted."""
    life.serve()
    before = _ids(life)
    life.environment.account.bedrock.refuse_next_job("The training data is not acceptable.")
    life.retrain()
    life.expect_equal(life.status, "UPDATE_ROLLBACK_COMPLETE", "the stack")
    failed = life.requests("Update", "Job")[0]
    life.expect(failed.outcome and not failed.outcome.ok, "the update did not fail")
    life.expect_equal(failed.outcome and failed.outcome.physical_id, before["Job"], "the id of the failed update")
    life.wanted = replace(life.wanted, epochs="2")
    life.finish()
    life.expect(life.serves, "what was there before the update does not serve")
    life.expect_equal(life.changes("deleted"), [], "what was deleted")


@story("A17")
def replacement(life: Life) -> None:
    """A new id makes CloudFormation delete the old one after the update: that must touch the old generation only."""
    life.deploy()
    served = life.one_of(True, False)
    if served:
        life.until_served()
    first = life.record.training.current_id
    life.expect(life.retrain(), "the update failed")
    life.expect_equal(len(life.requests("Delete", "Job")), 1, "the number of clean-up Deletes")
    second = life.record.training.current_id
    life.expect(first != second, "no new generation")
    life.expect(all(first in c.name for c in life.changes("stopped")), "the new job was stopped")
    life.until_served()
    life.finish()
    life.expect(life.serves, "the new model does not serve")
    life.expect(all(second not in c.name for c in life.changes("deleted")), "the new model was deleted")


@story("A18")
def replacement_rolled_back(life: Life) -> None:
    """The job was replaced, then something else fails: the old one is asked for again, the new id deleted."""
    life.serve()
    first, pointer = life.wanted, life.pointer
    life.update(epochs="3", other=str(life.one_of(1, 5, 60, 900)), other_fails=True)
    life.expect_equal(life.status, "UPDATE_ROLLBACK_COMPLETE", "the stack")
    life.wanted = first
    life.finish()
    life.expect_equal(life.pointer, pointer, "the pointer")
    life.expect(life.serves, "the old model does not serve")
    deleted = [c.name for c in life.changes("deleted") if is_of(c, first.job) or is_of(c, first.endpoint)]
    life.expect_equal(deleted, [], "what was deleted of the old")


@story("A19")
def rollback_of_what_was_not_answered(life: Life) -> None:
    """The update is cancelled in flight: the rollback calls the failed properties the old ones."""
    life.deploy()
    if life.one_of(True, False):
        life.until_served()
    first, requests = life.wanted, life.environment.cloudformation.requests
    known = len(requests)
    life.strike(Strike("", "slow", by="customization_job#", first=life.chance.randint(1, 8)))
    life.retrain(settle=False)
    life.until(lambda: len(requests) > known)
    life.run(life.between(0.0, 6.0))
    life.cancel()
    life.wanted = replace(life.wanted, epochs=life.stack.template["Job"]["Hyperparameters"]["epochCount"])
    life.until_served()
    life.finish()
    life.expect(life.serves, "what the stack says does not serve")
    if life.wanted == first:
        life.expect(len([p for p in life.bought("job") if is_of(p, first.job)]) == 1, "the old job was started again")


def _ids(life: Life) -> dict[str, str]:
    return {name: r.version.physical_id for name, r in life.stack.resources.items() if r.version is not None}
