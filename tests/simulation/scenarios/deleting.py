"""A20 to A24: Deletes of what has no id, that come too early, or that concern nothing of ours."""

import re
from dataclasses import replace

from finetuning import names
from tests.simulation.lambda_service import DeliveryRates
from tests.simulation.scenarios.life import DAY, MINUTE, Life
from tests.simulation.scenarios.scenario import story
from tests.simulation.scenarios.strikes import Killing, Strike
from tests.simulation.wanted import ENVIRONMENT, MODEL, PROJECT, serving_fingerprint, training_fingerprint

_OURS = re.compile(r"(Job|Endpoint)-[0-9a-f]{16}")


@story("A20")
def creation_was_never_answered(life: Life) -> None:
    """CloudFormation makes up an id and deletes that."""
    life.strike(Killing("customization_job#", [life.chance.randint(3, 9)] * 3, after=life.one_of(True, False)))
    life.deploy(settle=False)
    life.until(lambda: life.requests("Create", "Job"))
    life.run(life.between(1.0, 30.0))
    life.destroy()
    ids = {r.event["PhysicalResourceId"] for r in life.requests("Delete", "Job")}
    life.expect(all(not _OURS.fullmatch(i) for i in ids), f"the ids {ids} are ours")
    life.expect_equal(life.status, "DELETE_COMPLETE", "the stack")
    life.finish()
    life.expect_nothing_left()


@story("A21")
def deleted_while_being_created(life: Life) -> None:
    """The stack goes while a Create is at work, and the Create buys after the Delete has looked."""
    slow = life.one_of("customization_job#", "model_endpoint#")
    life.strike(Strike("", "slow", by=slow, first=life.chance.randint(1, 9), times=life.one_of(1, 2)))
    life.deploy(settle=False)
    life.until(lambda: life.requests("Create", "Job" if slow.startswith("c") else "Endpoint"))
    life.run(life.between(0.0, 12.0))
    life.destroy()
    _is_all_gone(life)
    _may_come_back(life)


@story("A22")
def deleted_before_creation_ran(life: Life) -> None:
    """The Create waits in Lambda's queue while CloudFormation gives it up, deletes it and forgets it."""
    life.environment.lambdas.rates = DeliveryRates(slow=1.0)
    life.deploy(settle=False)
    life.until(lambda: life.requests("Create", life.one_of("Job", "Job", "Endpoint")))
    life.run(life.between(0.0, 20.0))
    life.environment.lambdas.rates = DeliveryRates(slow=life.one_of(0.0, 0.0, 1.0))
    life.destroy()
    if life.one_of(True, False):
        # Re-added while the old Create may still wait.
        _may_come_back(life)
    else:
        _is_all_gone(life)
        _may_come_back(life)


@story("A23")
def nothing_to_delete(life: Life) -> None:
    """The Create was refused before anything was made, or all is gone already."""
    good, never = life.wanted, life.one_of(True, False)
    if never:
        life.deploy_template({**good.template, "Job": {**good.job, "KeepPrevious": "many"}})
        life.expect_equal(life.status, "ROLLBACK_COMPLETE", "the stack")
    else:
        life.deploy()
        life.destroy()
        life.environment.run_until_quiet()
        life.environment.lambdas.invoke("customization_job", life.last("Delete", "Job").event)
        life.environment.lambdas.invoke("model_endpoint", life.last("Delete", "Endpoint").event)
    since = life.now
    life.finish()
    deletes = life.requests("Delete")
    life.expect(all(r.outcome and r.outcome.ok for r in deletes), "a Delete failed")
    mutating = ("create_", "stop_", "delete_", "update_", "tag_", "untag_")
    done = [w for at, _, w in life.environment.world.trace if w.startswith("bedrock.") and w[8:].startswith(mutating)]
    later = [c for c in life.view.changes if c.at > since]
    life.expect(not done if never else not later, f"something was changed: {done if never else later}")


@story("A24")
def only_the_name_is_ours(life: Life) -> None:
    """Somebody else's job, model or endpoint has the name that ours would have: it is not touched."""
    kind, account = life.one_of("job", "provisioned", "on_demand"), life.environment.account
    if kind != "job":
        life.wanted = replace(life.wanted, serving=kind)
    job = names.job_name(PROJECT, ENVIRONMENT, MODEL, training_fingerprint(life.wanted.job), 1)
    endpoint = names.endpoint_name(PROJECT, ENVIRONMENT, MODEL, serving_fingerprint(life.wanted.endpoint), 1)
    arn = account.bedrock.foreign(kind, job if kind == "job" else endpoint)
    before = account.bedrock.find(arn)
    life.deploy()
    life.run(life.one_of(MINUTE, 4 * DAY))
    life.destroy()
    life.expect_equal(life.status, "DELETE_COMPLETE", "the stack")
    life.finish()
    after = account.bedrock.find(arn)
    life.expect(after is not None and after.tags == (before and before.tags), f"the foreign {kind} was touched")
    life.expect(not [c for c in account.bedrock.changes if c.arn == arn], f"the foreign {kind} was changed")
    life.expect_nothing_left()


def _is_all_gone(life: Life) -> None:
    life.mend()
    life.expect_equal(life.status, "DELETE_COMPLETE", "the stack")
    life.calm()
    life.environment.run_until_quiet()
    life.expect_nothing_left()
    life.expect(not life.pointer, "the pointer is left")


def _may_come_back(life: Life) -> None:
    """The same resources are added again, rightly."""
    life.calm()
    life.expect(life.deploy(), f"the stack that was added again is {life.status}")
    life.until_served()
    life.finish()
    life.expect(life.serves, "the stack that was added again does not serve")
