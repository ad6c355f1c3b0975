"""The driver's whole story on its real state machine: from a deployment to a model in service, and on."""

from tests.unit.lambdas.story import HAIKU, NOVA_LITE, POINTER, Story, endpoint_properties, job_properties, name_of

HAPPY_PATH = [
    "Decide",
    "WhatNext",
    "AwaitCustomizationJob",
    "Decide",
    "WhatNext",
    "CreateEndpoint",
    "WhatNext",
    "AwaitChange",
    "Decide",
    "WhatNext",
    "AwaitChange",
    "Decide",
    "WhatNext",
    "AwaitChange",
    "Decide",
    "WhatNext",
    "PublishPointer",
    "WhatNext",
    "Settled",
]


def test_first_deploy_ends_with_the_model_in_service() -> None:
    """One job, one endpoint, the pointer says which, and the record is settled without a problem."""
    story = Story()
    model_arn = story.serve()
    [name] = story.throughput.bought
    endpoint = story.throughput.alive[name]
    assert story.alive == ([], [model_arn], [name])
    assert endpoint.model_arn == model_arn
    assert story.pointer.parameters == {POINTER: endpoint.arn}
    assert (story.record.settled, story.record.problem) == (True, "")


def test_first_deploy_with_an_event_takes_nineteen_transitions() -> None:
    """Three looks at the endpoint are enough, so a run stays within the budget of 20 state transitions."""
    story = Story()
    story.serve()
    [execution] = story.machine.executions.values()
    assert execution.path == HAPPY_PATH
    assert len(execution.path) <= 20


def test_retraining_swaps_the_model_behind_the_same_endpoint() -> None:
    """The endpoint's ARN and the pointer stay; the model before is kept for rollback."""
    story = Story()
    first = story.serve("2")
    arn = story.pointer.parameters[POINTER]
    second = story.serve("3")
    [endpoint] = story.throughput.alive.values()
    assert (endpoint.arn, endpoint.model_arn) == (arn, second)
    assert story.pointer.parameters == {POINTER: arn}
    assert list(story.jobs.models) == [first, second]
    assert len(story.throughput.bought) == 1


def test_while_retraining_the_model_before_stays_in_service() -> None:
    """CloudFormation's clean-up Delete of the replaced job touches neither its model nor the endpoint."""
    story = Story()
    first = story.serve("2")
    story.deploy("3")
    [endpoint] = story.throughput.alive.values()
    assert endpoint.model_arn == first
    assert story.alive == ([name_of(job_properties("3"))], [first], [endpoint.order.endpoint.name])
    assert story.jobs.stopped == []


def test_third_training_deletes_the_model_outside_keep_previous() -> None:
    """With keep_previous 1, the one before the previous one goes once its successors are in place."""
    story = Story()
    first, second, third = (story.serve(epochs) for epochs in ("2", "3", "4"))
    assert story.jobs.deleted == [first]
    assert list(story.jobs.models) == [second, third]


def test_lowering_keep_previous_deletes_what_is_kept_too_long() -> None:
    """A change of keep_previous alone starts no job but puts the driver to work."""
    story = Story()
    first, second = story.serve("2"), story.serve("3")
    story.deploy("3", KeepPrevious="0")
    assert story.jobs.deleted == [first]
    assert list(story.jobs.models) == [second]
    assert story.record.settled


def test_on_demand_serving_creates_a_deployment() -> None:
    """Where the base model is served on demand nothing is provisioned."""
    story = Story()
    job = job_properties("2", BaseModel=NOVA_LITE)
    endpoint = endpoint_properties(BaseModel=NOVA_LITE, Serving="on_demand")
    story.stack.deploy({"Job": job, "Endpoint": endpoint})
    story.machine.run()
    model_arn = story.jobs.end(name_of(job))
    story.events.handle(name_of(job), "Completed")
    story.machine.run()
    [deployment] = story.deployments.alive.values()
    assert deployment.model_arn == model_arn
    assert story.pointer.parameters == {POINTER: deployment.arn}
    assert story.throughput.bought == []


def test_changed_units_are_served_by_a_new_endpoint_before_the_old_one_goes() -> None:
    """Units cannot be changed in place (fault C09): the pointer moves first, then the old endpoint is deleted."""
    story = Story()
    story.serve(units="1")
    old = story.pointer.parameters[POINTER]
    story.deploy(units="2")
    [new] = story.throughput.alive.values()
    assert new.order.endpoint.model_units == 2
    assert story.pointer.history == [old, new.arn]
    assert story.throughput.deleted == [old]


def test_endpoint_is_created_with_user_tags_and_owner_tags() -> None:
    """Whoever pays can see whose endpoint it is, down to the generation."""
    story = Story()
    story.serve()
    [endpoint] = story.throughput.alive.values()
    generation = story.record.endpoint.current_id
    assert endpoint.order.tags == [
        {"key": "finetuning:environment", "value": "dev"},
        {"key": "finetuning:generation", "value": generation},
        {"key": "finetuning:model", "value": "faq"},
        {"key": "finetuning:project", "value": "finetuning"},
        {"key": "team", "value": "support"},
    ]


def test_going_back_to_an_earlier_training_adopts_its_model() -> None:
    """A, B, A again: no third job, and the endpoint serves A's model again."""
    story = Story()
    first, second = story.serve("2"), story.serve("3")
    story.deploy("2")
    [endpoint] = story.throughput.alive.values()
    assert endpoint.model_arn == first
    assert list(story.jobs.jobs) == [name_of(job_properties("2")), name_of(job_properties("3"))]
    assert list(story.jobs.models) == [first, second]


def test_going_back_to_a_training_whose_model_is_gone_trains_anew() -> None:
    """Without the model kept, the same settings are the next attempt of their fingerprint."""
    story = Story()
    for epochs in ("2", "3", "4"):
        story.serve(epochs)
    story.deploy("2")
    assert story.jobs.running == [name_of(job_properties("2"), attempt=2)]


def test_base_model_of_the_fixtures_is_the_articles() -> None:
    """The canonical id is what the request carries, however it is spelled in the properties."""
    story = Story()
    story.deploy("2", BaseModel="anthropic.claude-3-haiku-20240307-v1:0")
    [job] = story.jobs.jobs.values()
    assert job.request["baseModelIdentifier"] == HAIKU


def test_model_of_another_base_model_is_not_put_behind_the_endpoint() -> None:
    """Between the two resources' updates the job is of the new base model and the endpoint of the old one."""
    story = Story()
    story.deploy()
    nova = job_properties("2", BaseModel=NOVA_LITE)
    story.stack.update({"Job": nova})
    story.machine.run()
    story.jobs.end(name_of(nova))
    story.events.handle(name_of(nova), "Completed")
    story.machine.run()
    assert story.throughput.bought == []
    on_demand = endpoint_properties(BaseModel=NOVA_LITE, Serving="on_demand")
    story.stack.deploy({"Job": nova, "Endpoint": on_demand})
    story.machine.run()
    [deployment] = story.deployments.alive.values()
    assert (story.throughput.bought, list(story.pointer.parameters.values())) == ([], [deployment.arn])


def test_new_endpoint_is_not_bought_for_an_old_model_of_another_base_model() -> None:
    """When the new training fails, the endpoint in service stays; its model does not move to the new kind."""
    story = Story()
    story.serve()
    nova = job_properties("2", BaseModel=NOVA_LITE)
    on_demand = endpoint_properties(BaseModel=NOVA_LITE, Serving="on_demand")
    story.stack.deploy({"Job": nova, "Endpoint": on_demand})
    story.machine.run()
    story.jobs.end(name_of(nova), "Failed", "bad data")
    story.events.handle(name_of(nova), "Failed")
    story.machine.run()
    assert story.deployments.bought == []
    assert list(story.pointer.parameters.values()) == [next(iter(story.throughput.alive.values())).arn]


def test_endpoint_is_not_bought_for_a_training_that_was_replaced_since_the_look() -> None:
    """The model that was seen is not the wanted one any more, and the wanted one is still to come."""
    story = Story()
    story.deploy()
    story.jobs.end(name_of(job_properties()))
    execution = story.record.in_charge
    assert story.driver.step("Decide", "faq", execution)["next"] == "CreateEndpoint"
    learned = story.table.writes
    story.table.interruptions = [lambda: story.stack.update({"Job": job_properties("3")})]
    story.driver.step("CreateEndpoint", "faq", execution)
    assert story.table.writes > learned
    assert story.throughput.bought == []
