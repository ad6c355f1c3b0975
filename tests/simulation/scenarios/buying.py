"""C01 to C04 and C07: endpoints are bought, fail, and are busy."""

from dataclasses import replace

from finetuning.lifecycle.retrying import retry
from tests.simulation.scenarios.life import DAY, HOUR, MINUTE, Life
from tests.simulation.scenarios.scenario import story
from tests.simulation.scenarios.strikes import Strike
from tests.simulation.wanted import MODEL

_CREATE = {
    "provisioned": "bedrock.create_provisioned_model_throughput",
    "on_demand": "bedrock.create_custom_model_deployment",
}
_DELETE = {
    "provisioned": "bedrock.delete_provisioned_model_throughput",
    "on_demand": "bedrock.delete_custom_model_deployment",
}


@story("C01")
def reply_is_lost(life: Life) -> None:
    """The endpoint is bought and nobody heard of it."""
    strike = Strike(_CREATE[life.wanted.serving], life.one_of("reply lost", "crash after"), times=life.one_of(1, 2))
    life.strike(strike)
    life.serve()
    life.expect(strike.struck, "no reply was lost")
    life.finish()
    life.expect(life.serves, "the model does not serve")
    life.expect_equal(len(life.bought("endpoint")), 1, "the number of endpoints")


@story("C02")
def endpoint_fails(life: Life) -> None:
    """It is billed until it is deleted, so it is; people are told, and only they buy the next."""
    bedrock = life.environment.account.bedrock
    bedrock.fail_next_endpoint("insufficient capacity")
    bedrock.odds.endpoint_fails = 1e-12  # tells the oracle that endpoints may fail
    life.deploy()
    life.finish()
    life.expect_equal(life.endpoints, [], "the endpoints")
    life.expect_equal(len(life.bought("endpoint")), 1, "the number of endpoints bought")
    life.expect_equal(len(life.notices("failed")), 1, "the number of notices")
    life.expect("insufficient capacity" in life.record.problem, f"the registry says {life.record.problem!r}")
    bedrock.throughput.failures.clear()
    bedrock.deployments.failures.clear()
    life.environment.operate("retry", retry)
    life.until_served()
    life.finish()
    life.expect(life.serves, "the next attempt does not serve")


@story("C03")
def creation_outlives_its_driver(life: Life) -> None:
    """The purchase is noted before anybody waits: who waits may die, or be away for hours."""
    life.deploy()
    life.until(lambda: life.bought("endpoint"))
    life.run(life.between(0.0, 10 * MINUTE))
    for name in life.environment.running:
        life.environment.account.states.abort(name)
    life.environment.sweeping = life.one_of(True, False)
    life.alarms.add("stuck")
    life.run(life.one_of(MINUTE, 5 * HOUR))
    life.environment.sweeping = True
    life.until_served()
    life.finish()
    life.expect(life.serves, "the model does not serve")
    life.expect_equal(len(life.bought("endpoint")), 1, "the number of endpoints")


@story("C04")
def deleted_while_busy(life: Life) -> None:
    """It is being created or updated, so its deletion is refused until that is over."""
    if life.one_of(True, False):
        life.deploy()
        life.until(lambda: any(e.status == "Creating" for e in life.endpoints))
    else:
        life.serve()
        life.retrain()
        life.until(lambda: any(e.is_busy for e in life.endpoints))
    life.run(life.between(0.0, MINUTE))
    since = life.now
    life.destroy()
    life.expect_equal(life.status, "DELETE_COMPLETE", "the stack")
    life.finish()
    life.expect_nothing_left()
    tries = life.calls(_DELETE[life.wanted.serving], since=since)
    life.expect(tries <= 40, f"{tries} tries to delete")


@story("C07")
def no_model_units(life: Life) -> None:
    """The quota is zero, as on every new account: one refusal is enough, and people are told."""
    life.wanted = replace(life.wanted, serving="provisioned")
    life.environment.account.bedrock.set_quota(model_units=0)
    life.environment.by_hand("quota", MODEL, lambda: None)
    life.deploy()
    life.until(lambda: life.models)
    life.run(life.between(HOUR, 2 * DAY))
    tries = life.calls(_CREATE["provisioned"])
    life.expect(1 <= tries <= 2, f"{tries} tries to buy")
    life.expect_equal(len(life.notices("failed")), 1, "the number of notices")
    life.expect("model units" in life.record.problem, f"the registry says {life.record.problem!r}")
    life.environment.account.bedrock.set_quota(model_units=10)
    life.environment.operate("retry", retry)
    life.until_served()
    life.finish()
    life.expect(life.serves, "the next attempt does not serve")
