"""F01, and the four faults that were found while the lifecycle was designed."""

from finetuning.lifecycle.retrying import resume
from tests.simulation.scenarios.life import DAY, HOUR, MINUTE, Life
from tests.simulation.scenarios.scenario import story
from tests.simulation.view import is_of


@story("F01")
def key_is_refused(life: Life) -> None:
    """Bedrock may not use the key: the deployment fails before anything costs money, and names the right."""
    text = "The provided role is not authorized to perform: kms:" + life.one_of("CreateGrant", "DescribeKey", "Decrypt")
    code = life.one_of("AccessDeniedException", "ValidationException")
    life.environment.account.bedrock.refuse_next_job(text, code)
    life.deploy()
    life.expect_equal(life.status, "ROLLBACK_COMPLETE", "the stack")
    create = life.requests("Create", "Job")[0]
    life.expect(text in str(create.outcome and create.outcome.reason), "the reason does not name the right")
    life.expect_equal(life.view.purchases, [], "what was bought")
    life.expect(life.deploy(), "the repaired key is not taken")
    life.until_served()
    life.finish()
    life.expect(life.serves, "the model does not serve")


@story("G01")
def clean_up_while_the_old_model_serves(life: Life) -> None:
    """The Delete of the replaced job comes hours before its successor is there: the old model goes on serving."""
    life.serve()
    old, pointer = life.models[0].arn, life.pointer
    life.environment.account.bedrock.jobs.next_duration = 2 * DAY
    life.retrain()
    life.expect_equal(len(life.requests("Delete", "Job")), 1, "the number of clean-up Deletes")
    life.run(life.between(HOUR, 1.9 * DAY))
    life.expect_equal(life.pointer, pointer, "the pointer while the successor is trained")
    life.expect_equal([m.arn for m in life.models], [old], "the models while the successor is trained")
    life.expect_equal([e.model_arn for e in life.endpoints], [old], "what is served while the successor is trained")
    life.until_served()
    life.finish()
    life.expect(life.serves, "the successor does not serve")
    life.expect_equal(len(life.models), 1 + min(1, int(life.wanted.keep_previous)), "the number of models in the end")


@story("G02")
def there_and_back(life: Life) -> None:
    """A, then B, then A again: A's model is taken up again if it is kept, else A is trained anew."""
    life.serve()
    first = life.wanted
    life.retrain()
    point = life.one_of("at once", "while it trains", "when it serves", "afterwards")
    if point == "while it trains":
        life.until_training()
    elif point != "at once":
        life.until_served()
        if point == "afterwards":
            life.environment.run_until_quiet()
    life.expect(life.deploy(first), "the way back failed")
    life.until_served()
    life.finish()
    life.expect(life.serves, "the first model does not serve")
    kept = first.keep_previous != "0" or point in {"at once", "while it trains"}
    jobs = [p for p in life.bought("job") if is_of(p, first.job)]
    life.expect(len(jobs) == 1 if kept else len(jobs) in {1, 2}, f"the first training was started {len(jobs)} times")
    generations = {p.tags["finetuning:generation"] for p in jobs}
    life.expect_equal(len(generations), len(jobs), "the number of attempts")


@story("G03")
def destroyed_while_training(life: Life) -> None:
    """The model's stack is gone in minutes; what outlives it sees the job stopped before it goes itself."""
    life.environment.deploy({"Guard": {}}, stack="Control")
    life.settle()
    life.environment.account.bedrock.jobs.next_duration = 3 * DAY
    life.deploy()
    life.run(life.between(0.0, 2 * HOUR))
    asked = life.now
    life.destroy()
    life.expect_equal(life.status, "DELETE_COMPLETE", "the model's stack")
    life.expect(life.now - asked < 10 * MINUTE, "the model's stack waited for the job")
    life.environment.destroy(stack="Control")
    life.settle()
    control = next(iter(life.environment.cloudformation.stacks.values()))
    running = [job for job in life.jobs if job.status in {"InProgress", "Stopping"}]
    life.expect(
        not (running and control.status == "DELETE_COMPLETE"), "the Control stack went before the job was at rest"
    )
    for _ in range(3):
        if control.status == "DELETE_FAILED":
            life.run(15 * MINUTE)
            control.delete()
            life.settle()
    life.expect_equal(control.status, "DELETE_COMPLETE", "the Control stack")
    life.finish()
    life.expect_nothing_left()


@story("G04")
def deleted_by_hand(life: Life) -> None:
    """Somebody deletes what was bought, a model or its endpoint: told once, bought again only when resumed."""
    life.serve()
    what = life.one_of("endpoint", "model", "both")
    if what != "model":
        life.delete_by_hand("endpoint", life.endpoints)
    if what != "endpoint":
        life.delete_by_hand("model", life.models)
    bought = len(life.view.purchases)
    life.run(life.between(1.2 * DAY, 4 * DAY))
    life.expect_equal(len(life.view.purchases), bought, "what was bought by itself")
    life.expect(life.notices("drifted"), "nobody was told of it")
    life.expect("resume" in life.notices("drifted")[0].text, "the notice does not say what to do")
    if life.one_of(True, False):
        life.environment.operate("resume", resume)
        life.until_served()
        life.finish()
        life.expect(life.serves, "it does not serve after it was resumed")
    else:
        life.destroy()
        life.finish()
        life.expect_nothing_left()
