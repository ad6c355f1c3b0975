"""D01 to D09: events that are lost, doubled, late or a stranger's; drivers that die; sweeps in between; clocks."""

from dataclasses import replace

from tests.simulation.aws.bus import a_job_event
from tests.simulation.environment import SWEEP_SECONDS
from tests.simulation.lambda_service import DeliveryRates, ImportFailedError
from tests.simulation.scenarios.life import DAY, HOUR, MINUTE, Life
from tests.simulation.scenarios.scenario import story
from tests.simulation.scenarios.strikes import Killing, Strike

#: A sweep period, and the time that the sweep and the driver's next step take.
CONVERGENCE_SECONDS = SWEEP_SECONDS + 2 * MINUTE


@story("D01", variants={"model_late_seconds": 0.0})
def no_event_ever_comes(life: Life) -> None:
    """Bedrock's events are best effort: without any, the next sweep sees what they would have told."""
    life.environment.account.bus.rates.drop = 1.0
    life.deploy()
    life.until(lambda: life.bought("endpoint"))
    _expect_soon(life, life.bought("endpoint")[0].at, "the endpoint was bought")
    life.until_served()
    if life.one_of(True, False):
        life.retrain()
        life.until_served()
        _expect_soon(life, life.changes("swapped")[0].at, "the model was swapped")
    life.finish()
    life.expect(life.serves, "the model does not serve")
    life.expect_equal(life.environment.account.bus.sent, [], "the events that came")


@story("D02")
def events_come_twice(life: Life) -> None:
    """Each event is sent twice and delivered twice."""
    life.environment.account.bus.rates.duplicate = 1.0
    life.environment.lambdas.rates = DeliveryRates(twice=1.0)
    life.serve()
    life.finish()
    life.expect(life.serves, "the model does not serve")
    life.expect_equal([len(life.bought("job")), len(life.bought("endpoint"))], [1, 1], "what was bought")


@story("D03", variants={"emits_progress": True})
def events_come_out_of_order(life: Life) -> None:
    """What an event says may be hours old."""
    life.environment.account.bus.rates.late = 1.0
    life.environment.account.bedrock.jobs.next_duration = life.one_of(700.0, 2 * HOUR)
    life.deploy()
    if life.one_of(True, False):
        life.run(HOUR)
        life.environment.account.bedrock.jobs.next_duration = life.one_of(700.0, 2 * HOUR)
        life.retrain()
    life.until_served()
    life.run(5 * HOUR)
    life.finish()
    life.expect(life.serves, "the model does not serve")
    life.expect_equal(len(life.bought("endpoint")), 1, "the number of endpoints")


@story("D04")
def event_of_a_stranger(life: Life) -> None:
    """The rule matches by name alone: jobs of other projects and environments may begin with ours."""
    bus = life.environment.account.bus
    bus.rates.foreign = 1.0
    life.deploy()
    ours = life.jobs[0]
    names = ("finetuning-dev-faq", "finetuning-dev-other-0123456789-1", f"{ours.name}0", "finetuning-dev-faq-x-0-99")
    for name in names:
        bus.target(a_job_event(name, f"{ours.arn}9", life.one_of("Completed", "Failed", "Stopped")))
    bus.target(a_job_event(ours.name, f"{ours.arn}9", "Completed"))
    life.run(MINUTE)
    life.expect_equal(life.bought("endpoint"), [], "what was bought because of strangers")
    life.until_served()
    life.finish()
    life.expect(life.serves, "the model does not serve")
    life.expect_equal([r.model for r in life.environment.records], ["faq"], "the models on record")


@story("D05", variants={"model_late_seconds": 0.0})
def event_meets_a_broken_function(life: Life) -> None:
    """The rule's target fails each time: the event ends in the dead-letter queue, the sweep does its work."""
    functions = life.environment.lambdas.functions

    def broken(event: object) -> None:
        raise ImportFailedError("job_event")

    functions["job_event"] = replace(functions["job_event"], code=broken)
    life.deploy()
    life.until(lambda: life.bought("endpoint"))
    _expect_soon(life, life.bought("endpoint")[0].at, "the endpoint was bought")
    life.until_served()
    life.finish()
    life.expect(life.serves, "the model does not serve")
    kept = [name for name, _ in life.environment.lambdas.given_up]
    life.expect("job_event" in kept, "the event did not reach the dead-letter queue")


@story("D06")
def endpoints_send_no_events(life: Life) -> None:
    """Nobody tells when an endpoint is in service, or is gone: it is asked."""
    life.deploy()
    life.until(lambda: life.bought("endpoint"))
    bought = life.now
    life.until(lambda: any(e.status in {"InService", "Active"} for e in life.endpoints))
    took = life.now - bought
    life.until(lambda: life.pointer)
    late = life.now - bought - took
    life.expect(late <= 11 * MINUTE, f"published {late / MINUTE:.0f} minutes after it was in service")
    life.until_served()
    looks = life.calls("bedrock.get_provisioned_model_throughput", since=bought)
    life.expect(looks <= 40, f"{looks} looks")


@story("D07")
def driver_dies(life: Life) -> None:
    """Its execution is aborted, or its function dies in every try: the sweep starts the next one."""
    life.deploy()
    when = life.one_of("training", "serving")
    if when == "serving":
        life.until(lambda: life.bought("endpoint"))
    life.run(life.between(0.0, 10 * MINUTE))
    before = set(life.environment.account.states.executions)
    if life.one_of(True, False):
        for name in life.environment.running:
            life.environment.account.states.abort(name)
    else:
        struck = Strike("dynamodb.get_item", "crash before", by="faq-", times=life.one_of(4, 9))
        life.strike(struck)
        life.environment.account.bus.rates.drop = life.one_of(0.0, 1.0)
    life.until_served()
    life.finish()
    life.expect(life.serves, "the model does not serve")
    life.expect_equal([len(life.bought("job")), len(life.bought("endpoint"))], [1, 1], "what was bought")
    started = set(life.environment.account.states.executions) - before
    life.expect(all(name.startswith("faq-") for name in started), f"executions are called {started}")


@story("D08")
def sweep_comes_in_between(life: Life) -> None:
    """Sweeps run while a stack is made, changed or removed, and while the driver acts."""
    if life.one_of(True, False):
        life.deploy()
        life.until_served()
        if life.one_of(True, False):
            life.retrain(settle=False)
        else:
            life.destroy(settle=False)
    else:
        life.deploy(settle=False)
    for _ in range(4):
        life.run(life.between(0.0, 5.0))
        life.environment.lambdas.invoke("sweep", {})
    if life.status.startswith("CREATE") and life.one_of(True, False):
        life.destroy(settle=False)
        life.run(life.between(0.0, 5.0))
        life.environment.lambdas.invoke("sweep", {})
    life.settle()
    life.strike(Killing("sweep#", [life.chance.randint(1, 12)], after=True))
    life.run(HOUR)
    life.finish()
    if life.status == "DELETE_COMPLETE":
        life.expect_nothing_left()
    else:
        life.expect(life.serves, "the model does not serve")


@story("D09")
def clocks_and_calendars(life: Life) -> None:
    """An approval that ends near the purchase, at whatever second, month or year that is."""
    life.run(life.between(0.0, 400 * DAY) if life.one_of(True, False) else 0.0)
    life.environment.account.bedrock.jobs.next_duration = duration = life.between(700.0, 2 * HOUR)
    margin = life.one_of(-1.0, 0.0, 1.0, life.between(-HOUR, HOUR), 12 * HOUR)
    until = life.environment.account.clock() + duration + margin
    life.wanted = replace(
        life.wanted,
        serving="provisioned",
        commitment="one_month",
        approval="approval-1",
        approved_until=str(int(until)),
    )
    life.deploy()
    life.until(lambda: life.serves or life.notices("failed"), most=2 * DAY)
    life.finish()
    for purchase in life.bought("endpoint"):
        at = life.environment.account.clock() - life.now + purchase.at
        life.expect(at < int(until), f"bought {at - int(until):.1f} s after the approval had ended")
    if margin >= 12 * HOUR and life.models and (life.jobs[0].ended or 0.0) + HOUR < until:
        life.expect(life.bought("endpoint"), "nothing was bought although it was approved")


def _expect_soon(life: Life, at: float, what: str) -> None:
    """At most a sweep period after the end of the last job."""
    late = at - max(job.ended or 0.0 for job in life.jobs)
    life.expect(0 <= late <= CONVERGENCE_SECONDS, f"{what} {late / MINUTE:.0f} minutes after the job's end")
