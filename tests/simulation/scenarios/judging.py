"""H01 to H07: which model may serve: one that answers, that was approved if need be, and that nobody rolled back."""

from dataclasses import replace

from finetuning.lifecycle.retrying import resume
from tests.simulation.aws.runtime import FLAWS
from tests.simulation.faults import FaultOn
from tests.simulation.judgements import approving, rolling_back
from tests.simulation.scenarios.life import DAY, HOUR, Life
from tests.simulation.scenarios.scenario import story


@story("H01")
def first_model_does_not_answer(life: Life) -> None:
    """Nobody is sent to it, and throughput that serves nothing else is not billed; the next model gets another."""
    bedrock = life.environment.account.bedrock
    bedrock.mute_next_model(life.one_of(*FLAWS))
    life.deploy()
    life.until(lambda: life.notices("failed"))
    life.environment.run_until_quiet()
    life.expect_equal([p for p in life.environment.pointed if p.arn], [], "what the pointer was set to")
    if life.wanted.serving == "provisioned":
        life.expect_equal(life.endpoints, [], "what is billed")
    life.expect("does not serve" in life.record.problem, f"the registry says {life.record.problem!r}")
    bought = len(life.bought("endpoint"))
    life.run(life.between(HOUR, 3 * DAY))
    life.expect_equal(len(life.bought("endpoint")), bought, "what was bought by itself")
    life.retrain()
    life.until_served()
    life.finish()
    life.expect(life.serves, "the next model does not serve")


@story("H02")
def next_model_does_not_answer(life: Life) -> None:
    """The one before comes back under the same ARN, and stays until somebody asks for the other again."""
    life.wanted = replace(life.wanted, keep_previous=life.one_of("1", "2"))
    life.serve()
    old, pointer, published = life.models[0].arn, life.pointer, len(life.environment.pointed)
    life.environment.account.bedrock.mute_next_model(life.one_of(*FLAWS))
    life.retrain()
    life.until(lambda: life.notices("failed"))
    life.environment.run_until_quiet()
    life.expect_equal([e.model_arn for e in life.endpoints], [old], "what is served")
    life.expect_equal(life.pointer, pointer, "the pointer")
    life.expect_equal({p.model_arn for p in life.environment.pointed[published:]} - {old}, set(), "what was published")
    life.expect_equal(len(life.changes("swapped")), 2, "the number of swaps")
    life.expect_equal(len(life.bought("endpoint")), 1, "the number of endpoints bought")
    if life.one_of(True, False):
        # It is put to the test again, and is no better.
        life.environment.operate("resume", resume)
        life.run(DAY)
        life.expect_equal([e.model_arn for e in life.endpoints], [old], "what is served after it was tried again")
    life.finish()


@story("H03")
def model_awaits_approval(life: Life) -> None:
    """People are told once and with the command; until they approve, what served before serves."""
    life.wanted = replace(life.wanted, needs_approval=True)
    is_second = life.one_of(True, False)
    if is_second:
        life.wanted = replace(life.wanted, needs_approval=False)
        life.serve()
        life.update(epochs="4", needs_approval=True)
    else:
        life.deploy()
    before = [e.model_arn for e in life.endpoints]
    life.until(lambda: life.notices("approval"))
    life.run(life.between(HOUR, 3 * DAY))
    life.expect_equal(len(life.notices("approval")), 1, "the number of notices")
    life.expect("ops approve" in life.notices("approval")[0].text, "the notice does not say what to do")
    life.expect_equal([e.model_arn for e in life.endpoints], before, "what is served before it is approved")
    life.expect_equal(len(life.bought("endpoint")), 1 if is_second else 0, "the number of endpoints bought")
    life.environment.operate("approve", approving())
    life.until_served()
    life.finish()
    life.expect(life.serves, "the approved model does not serve")
    life.expect_equal([j.what for j in life.environment.judged], ["approve"], "what was decided")


@story("H04")
def operator_rolls_back(life: Life) -> None:
    """The kept model serves, whatever is deployed again, until an operator takes it back or another one is trained."""
    life.wanted = replace(life.wanted, keep_previous=life.one_of("1", "2"))
    life.serve()
    old, pointer = life.models[0].arn, life.pointer
    life.retrain()
    life.until_served()
    life.environment.run_until_quiet()
    life.environment.operate("roll back", rolling_back())
    life.run(DAY)
    life.expect_equal([j.what for j in life.environment.judged], ["roll back"], "what was decided")
    life.expect_equal([e.model_arn for e in life.endpoints], [old], "what is served")
    life.expect_equal(life.pointer, pointer, "the pointer")
    life.expect("rolled back" in life.record.problem, f"the registry says {life.record.problem!r}")
    life.update(tags=(("team", "sales"),))
    life.run(DAY)
    life.expect_equal([e.model_arn for e in life.endpoints], [old], "what is served after another deployment")
    if life.one_of(True, False):
        life.environment.operate("resume", resume)
    else:
        life.retrain()
    life.until_served()
    life.finish()
    life.expect(life.serves, "what is wanted does not serve in the end")
    life.expect_equal(life.pointer, pointer, "the pointer in the end")
    life.expect_equal(len(life.bought("endpoint")), 1, "the number of endpoints bought")


@story("H05")
def approval_of_a_commitment_ends(life: Life) -> None:
    """It was good when the stack was deployed; when the model is there it is not: nothing is bought."""
    account = life.environment.account
    account.bedrock.jobs.next_duration = life.between(2 * HOUR, 3 * DAY)
    until = account.clock() + life.between(0.2, 0.9) * account.bedrock.jobs.next_duration
    life.wanted = replace(
        life.wanted,
        serving="provisioned",
        commitment="one_month",
        approval="approval-1",
        approved_until=str(int(until)),
    )
    life.expect(life.deploy(), "the deployment failed")
    life.until(lambda: life.notices("failed"))
    life.finish()
    life.expect_equal(life.bought("endpoint"), [], "what was bought")
    life.expect("has expired" in life.record.problem, f"the registry says {life.record.problem!r}")


@story("H06")
def endpoint_cannot_be_asked(life: Life) -> None:
    """A busy service says nothing about a model: it is asked again until it answers."""
    kind = life.one_of("refused", "reply lost", "crash before", "crash after", "late")
    life.strike(*(FaultOn("bedrock-runtime.invoke_model", n, kind) for n in range(1, life.one_of(2, 4, 8))))
    life.alarms.add("stuck")
    life.serve()
    life.finish()
    life.expect(life.serves, "the model does not serve")
    life.expect_equal(life.notices("failed"), [], "what people were told")
    life.expect_equal(len(life.bought("endpoint")), 1, "the number of endpoints bought")


@story("H07")
def nothing_is_to_serve(life: Life) -> None:
    """Without an endpoint in the configuration the model stays and the endpoint goes; it comes back when wanted."""
    life.wanted = replace(life.wanted, serves=life.one_of(True, False))
    if life.wanted.serves:
        life.serve()
        life.expect(life.update(serves=False), "the update failed")
    else:
        life.deploy()
    life.run(4 * DAY)
    life.expect_equal(life.endpoints, [], "the endpoints")
    life.expect_equal(life.pointer, "", "the pointer")
    life.expect_equal([m.status for m in life.models], ["Active"], "the models")
    life.expect(life.update(serves=True), "the update back failed")
    life.until_served()
    life.finish()
    life.expect(life.serves, "the model does not serve")
    life.expect_equal(len(life.bought("job")), 1, "the number of jobs")
