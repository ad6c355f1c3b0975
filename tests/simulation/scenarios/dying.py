"""A01 to A07: functions that die, and deliveries that fail, repeat or never come."""

import json
import re
from dataclasses import replace

from lambdas.responder import Answer, CustomResourceRequest
from tests.simulation.fault import Fault
from tests.simulation.lambda_service import DeliveryRates
from tests.simulation.scenarios.life import MINUTE, Life
from tests.simulation.scenarios.scenario import story
from tests.simulation.scenarios.strikes import FOR_EVER, Killing, Strike

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


@story("A01")
def import_error(life: Life) -> None:
    """The feature's module, or even the entry module, cannot be imported for a while."""
    function = life.one_of(*_FUNCTIONS)
    functions = life.environment.lambdas.functions
    entry_fails, good = life.one_of(True, False), functions[function]
    if entry_fails:
        life.environment.lambdas.rates = DeliveryRates(import_fails=1.0)
    else:
        functions[function] = replace(good, code=life.environment.functions.custom(_Broken()))
    life.deploy(settle=False)
    life.until(lambda: life.status == "ROLLBACK_IN_PROGRESS")
    life.calm()
    functions[function] = good
    life.settle()
    life.expect_equal(life.status, "ROLLBACK_COMPLETE", "the stack")
    life.expect_answers(life.requests("Create"), within=_SERVICE_TIMEOUT if entry_fails else MINUTE)
    life.expect(life.deploy(), "the repaired function does not work")
    life.finish()


@story("A02")
def failure_after_side_effect(life: Life) -> None:
    """The job was started, or the record written, and then something raises."""
    operation, first = life.one_of((_CREATE_JOB, 1), ("dynamodb.put_item", 1), ("dynamodb.put_item", 3))
    life.strike(Strike(operation, "reply lost", by="customization_job", first=first, times=FOR_EVER))
    life.deploy(settle=False)
    life.until(lambda: life.status == "ROLLBACK_IN_PROGRESS")
    life.calm()
    life.settle()
    create = life.requests("Create", "Job")[0]
    allocated = {json.loads(body)["PhysicalResourceId"] for body in create.answers}
    deleted = {r.event["PhysicalResourceId"] for r in life.requests("Delete", "Job")}
    life.expect(all(re.fullmatch(r"Job-[0-9a-f]{16}", i) for i in allocated), f"{allocated} is not allocated by us")
    life.expect_equal(deleted, allocated, "the id that is deleted after the failure")
    life.expect_equal(life.status, "ROLLBACK_COMPLETE", "the stack")
    life.finish()
    life.expect_nothing_left()


@story("A03")
def timeout_in_a_call(life: Life) -> None:
    """A call hangs until the platform ends the function without a word."""
    function = life.one_of(*_FUNCTIONS)
    hanging = Strike("", lambda call: _hang(), by=f"{function}#", first=life.chance.randint(1, 6))
    life.strike(hanging)
    life.deploy()
    life.expect(hanging.struck, "nothing hung")
    life.expect_success()
    life.expect_equal(len(life.bought("job")), 1, "the number of jobs")
    life.expect_answers(life.requests("Create"), within=_SERVICE_TIMEOUT)


@story("A04")
def death_between_purchase_and_record(life: Life) -> None:
    """The sandbox dies when the purchase has taken effect and nothing of it is written down."""
    endpoint = "bedrock.create_" + (
        "provisioned" if life.wanted.serving == "provisioned" else "custom_model_deployment"
    )
    purchase = life.one_of(_CREATE_JOB, endpoint)
    strike = Strike(purchase, "crash after", times=life.one_of(1, 2))
    life.strike(strike)
    life.deploy()
    life.until_served()
    life.expect(strike.struck, "nothing was struck")
    life.expect_success()
    life.finish()
    life.expect_equal([len(life.bought("job")), len(life.bought("endpoint"))], [1, 1], "what was bought")


@story("A05")
def delivered_again_after_errors(life: Life) -> None:
    """The first and perhaps the second delivery fail somewhere; Lambda tries again."""
    function = life.one_of(*_FUNCTIONS)
    deaths = [life.chance.randint(1, 9) for _ in range(life.one_of(1, 2))]
    life.strike(Killing(f"{function}#", deaths, after=life.one_of(True, False)))
    life.deploy()
    life.expect_success()
    life.expect_equal(len(life.bought("job")), 1, "the number of jobs")
    for request in life.requests("Create"):
        life.expect_equal(len(set(request.answers)), 1, "the number of different answers")


@story("A06")
def delivered_twice(life: Life) -> None:
    """Every event comes twice, at about the same time or much later."""
    life.environment.lambdas.rates = DeliveryRates(twice=1.0)
    life.deploy()
    what = life.one_of("tags", "epochs", "destroy", "nothing")
    if what == "tags":
        life.update(tags=(("team", "sales"),))
    elif what == "epochs":
        life.retrain()
    elif what == "destroy":
        life.destroy()
    life.run(5 * MINUTE)
    life.expect(life.environment.lambdas.attempts >= 2 * len(life.requests("Create")), "nothing came twice")
    life.finish()
    life.expect_equal(len(life.bought("job")), 2 if what == "epochs" else 1, "the number of jobs")
    for request in life.environment.cloudformation.requests:
        life.expect_equal(len(set(request.answers)), 1, f"the number of different answers to a {request.kind}")


@story("A07")
def never_delivered(life: Life) -> None:
    """All events of one operation age out of the queue."""
    what = life.one_of("create", "update", "delete")
    if what != "create":
        life.deploy()
    life.environment.lambdas.rates = DeliveryRates(lost=1.0)
    lost_from, requests = life.now, life.environment.cloudformation.requests
    known = len(requests)
    if what == "delete":
        life.destroy(settle=False)
    else:
        life.retrain(settle=False)
    life.until(lambda: len(requests) > known and requests[known].outcome is not None)
    life.calm()
    life.settle()
    life.expect_answers(requests[known : known + 1], within=_SERVICE_TIMEOUT)
    life.expect(life.now - lost_from < 3600, "CloudFormation waited for an hour")
    if what == "delete":
        life.mend()
        life.expect_equal(life.status, "DELETE_COMPLETE", "the stack")
        return
    life.expect(life.retrain(), f"the {what} does not work when events are delivered")
    life.until_served()


def _hang(seconds: float = 125.0) -> Fault:
    return Fault.slow(seconds)
