"""C05, C06 and C13: commitments, which cannot be cancelled."""

from dataclasses import replace

from tests.simulation.scenarios.life import DAY, HOUR, Life
from tests.simulation.scenarios.scenario import story
from tests.simulation.wanted import Wanted

_CREATE = {
    "provisioned": "bedrock.create_provisioned_model_throughput",
    "on_demand": "bedrock.create_custom_model_deployment",
}
_DELETE = {
    "provisioned": "bedrock.delete_provisioned_model_throughput",
    "on_demand": "bedrock.delete_custom_model_deployment",
}


@story("C05")
def deleted_inside_a_commitment(life: Life) -> None:
    """It cannot be deleted before its term ends: it is kept on record, and deleted then."""
    _serve_committed(life)
    until = life.endpoints[0].committed_until or 0.0
    life.destroy()
    life.expect_equal(life.status, "DELETE_COMPLETE", "the stack")
    life.until(lambda: not life.environment.running)
    life.environment.run(life.between(HOUR, 5 * DAY))
    life.expect_equal(len(life.endpoints), 1, "the number of endpoints inside the term")
    kept = [g for g in life.record.endpoint.generations if g.intended and not g.gone]
    life.expect(kept and kept[0].committed_until > 0, "the registry has no end of the term")
    life.run(until - life.now + DAY / 2)
    life.finish()
    life.expect_nothing_left()
    deletions = [c.at for c in life.changes("deleted", "provisioned")]
    life.expect(all(0 <= at - until <= 2 * HOUR for at in deletions), "it was not deleted when the term was over")
    tries = life.calls(_DELETE["provisioned"])
    life.expect(tries <= 10, f"{tries} tries to delete")


@story("C06")
def commitment_renews_itself(life: Life) -> None:
    """People are told two weeks before, once, with the date."""
    _serve_committed(life)
    until = life.endpoints[0].committed_until or 0.0
    life.run(until - life.now - 15 * DAY)
    life.expect_equal(life.notices("expiring"), [], "notices before it is time")
    life.run(5 * DAY)
    life.expect_equal(len(life.notices("expiring")), 1, "the number of notices")
    life.finish()
    life.expect(life.serves, "the model does not serve")


@story("C13")
def commitment_by_mistake(life: Life) -> None:
    """A commitment without an approval, or with one that has expired or was used, is never bought."""
    flaw = life.one_of("none", "expired", "used")
    if flaw == "used":
        _serve_committed(life)
        life.update(units="2")
    else:
        life.wanted = _committed(life.wanted, life, approval="" if flaw == "none" else "approval-1", days=0.0)
        life.deploy()
    life.until(lambda: life.notices("failed"))
    life.finish()
    bought = [p.commitment for p in life.bought("endpoint") if p.commitment]
    life.expect_equal(len(bought), 1 if flaw == "used" else 0, "the number of commitments")
    # Two executions of one hand-over may tell of it at the same time.
    life.expect(1 <= len(life.notices("failed")) <= 2, f"{len(life.notices('failed'))} notices")
    life.expect("approv" in life.record.problem, f"the registry says {life.record.problem!r}")


def _committed(wanted: Wanted, life: Life, *, approval: str, days: float) -> Wanted:
    until = life.environment.account.clock() + days * DAY
    return replace(
        wanted,
        serving="provisioned",
        commitment="one_month",
        approval=approval,
        approved_until=str(int(until)) if approval else "",
    )


def _serve_committed(life: Life) -> None:
    life.wanted = _committed(life.wanted, life, approval="approval-1", days=20.0)
    life.serve()
    life.expect_equal([p.commitment for p in life.bought("endpoint")], ["OneMonth"], "what was bought")
