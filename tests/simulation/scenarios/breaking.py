"""What breaks of itself, for mechanisms: each prepares a life before its first deployment."""

from dataclasses import replace

from tests.simulation.aws.bus import a_job_event
from tests.simulation.aws.runtime import FLAWS
from tests.simulation.scenarios.life import DAY, HOUR, Act, Life
from tests.simulation.scenarios.strikes import Killing, Make, Strike
from tests.simulation.wanted import MODEL, ROLE_ARN


def strikes(operation: str, kind: str | Make, *, by: str = "", most: int = 3) -> Act:
    """Strike some of these calls, drawn."""

    def install(life: Life) -> None:
        life.strike(Strike(operation, kind, by=by, first=life.chance.randint(1, most), times=life.one_of(1, 2)))

    return install


def kills(by: str) -> Act:
    """Some processes of this name die at drawn calls."""

    def install(life: Life) -> None:
        deaths = [life.chance.randint(1, 10) for _ in range(life.one_of(1, 2))]
        life.strike(Killing(by, deaths, after=life.one_of(True, False)))

    return install


def delivers(**rates: float) -> Act:
    """Deliveries go wrong at these rates."""

    def install(life: Life) -> None:
        life.environment.lambdas.rates = replace(life.environment.lambdas.rates, **rates)

    return install


def events(**rates: float) -> Act:
    """Job events go wrong at these rates."""

    def install(life: Life) -> None:
        for name, rate in rates.items():
            setattr(life.environment.account.bus.rates, name, rate)

    return install


def later(least: float, most: float, act: Act) -> Act:
    """Do something at a drawn time."""

    def install(life: Life) -> None:
        life.environment.world.after(life.between(least, most), lambda: act(life))

    return install


def abort(life: Life) -> None:
    """Every execution that runs."""
    for name in life.environment.running:
        life.environment.account.states.abort(name)


def sweep_often(life: Life) -> None:
    """Five sweeps within a minute."""
    for _ in range(5):
        life.environment.world.after(life.between(0, 60), lambda: life.environment.lambdas.invoke("sweep", {}))


def stray_events(life: Life) -> None:
    """Of jobs whose names begin like ours."""
    for name in ("finetuning-dev-faq", "finetuning-dev-other-0123456789-1"):
        life.environment.account.bus.target(a_job_event(name, "arn:aws:bedrock:us-west-2:1:x", "Completed"))


def role_is_new(life: Life) -> None:
    """For less than a minute."""
    life.environment.account.bedrock.jobs.role_ready_at = life.between(5.0, 55.0)


def role_is_wrong(life: Life) -> None:
    """For some minutes, until somebody mends it."""
    jobs = life.environment.account.bedrock.jobs
    jobs.untrusting.add(ROLE_ARN)
    life.environment.world.after(life.between(60, 600), jobs.untrusting.clear)


def refuse_job(life: Life) -> None:
    """The data cannot be read."""
    life.environment.by_hand("data taken away", MODEL, lambda: None)
    life.environment.account.bedrock.refuse_next_job("Could not read s3://data " + "ä" * life.one_of(0, 5000))


def fail_job(life: Life) -> None:
    """The oracle is told that jobs may fail."""
    life.environment.account.bedrock.odds.job_fails = 1e-12
    life.environment.account.bedrock.fail_next_job("bad data")


def fail_endpoint(life: Life) -> None:
    """The oracle is told that endpoints may fail."""
    life.environment.account.bedrock.odds.endpoint_fails = 1e-12
    life.environment.account.bedrock.fail_next_endpoint("insufficient capacity")


def fail_swap(life: Life) -> None:
    """The oracle is told that swaps may fail."""
    life.environment.account.bedrock.odds.update_fails = 1e-12
    life.environment.account.bedrock.fail_next_update("insufficient capacity")


def mute_model(life: Life) -> None:
    """The first or the second does not answer."""
    answers, flaw = life.one_of(0, 1), life.one_of(*FLAWS)
    life.environment.account.bedrock.jobs.flaws.extend([""] * answers + [flaw])


def bad_model(life: Life) -> None:
    """The first or the second does not pass an evaluation."""
    life.environment.account.bedrock.jobs.bad.extend([False] * life.one_of(0, 1) + [True])


def hanging_evaluations(life: Life) -> None:
    """No evaluation comes to its end."""
    life.environment.account.evaluations.hang = 1.0


def no_quota(life: Life) -> None:
    """For a while, as an operator sees to it."""
    bedrock = life.environment.account.bedrock
    life.environment.by_hand("quota", MODEL, lambda: bedrock.set_quota(model_units=0, deployments=0))
    life.environment.world.after(life.between(0, DAY), lambda: bedrock.set_quota(model_units=10, deployments=10))


def no_room(life: Life) -> None:
    """For a while, at most an hour."""
    bedrock = life.environment.account.bedrock
    bedrock.set_quota(jobs=0)
    life.environment.world.after(life.between(60, HOUR), lambda: bedrock.set_quota(jobs=2))
