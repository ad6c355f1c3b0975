"""The oracle: a good world is not accused, and each invariant fires on a world that is broken by hand."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from finetuning.names import owner_tags
from tests.simulation.aws.runtime import Asked
from tests.simulation.aws.things import Endpoint, Model
from tests.simulation.aws.variants import Variants
from tests.simulation.environment import Environment
from tests.simulation.oracle import check
from tests.simulation.plans import Plan, Step
from tests.simulation.running import run
from tests.simulation.wanted import ENVIRONMENT, MODEL, PROJECT, Wanted
from tests.simulation.witness import Act, Judged

WANTED = Wanted()


@pytest.fixture
def served() -> Iterator[Environment]:
    """A model that is served, at rest."""
    environment = Environment(1)
    environment.account.bedrock.jobs.next_duration = 600.0
    environment.deploy(WANTED.template)
    environment.run_until_quiet()
    assert check(environment) == []
    yield environment
    environment.close()


@pytest.fixture
def removed(served: Environment) -> Environment:
    """The same, after its stack was destroyed."""
    served.destroy()
    served.run_until_quiet()
    assert check(served) == []
    return served


def tags(generation: str = "deadbeef00-1") -> dict[str, str]:
    """Owner tags of the model."""
    return owner_tags(PROJECT, ENVIRONMENT, MODEL, generation)


def broken(environment: Environment) -> set[str]:
    """Which invariants do not hold."""
    return {violation.invariant for violation in check(environment)}


def the_endpoint(environment: Environment) -> Endpoint:
    """The one endpoint."""
    (endpoint,) = (thing for thing in environment.things if isinstance(thing, Endpoint))
    return endpoint


def the_model(environment: Environment) -> Model:
    """The one model."""
    (model,) = (thing for thing in environment.things if isinstance(thing, Model))
    return model


@pytest.mark.parametrize("kind", ["job", "model", "provisioned"])
def test_i1_what_the_registry_does_not_know(removed: Environment, kind: str) -> None:
    removed.account.bedrock.foreign(kind, f"{PROJECT}-{ENVIRONMENT}-{MODEL}-deadbeef00-1", tags=tags())
    assert "I1" in broken(removed)


def test_i1_what_no_stack_wants(served: Environment) -> None:
    served.cloudformation.named(WANTED.stack).status = "DELETE_COMPLETE"  # type: ignore[union-attr]
    assert "I1" in broken(served)


def test_i1_earlier_models_beyond_those_that_are_kept(served: Environment) -> None:
    for number in (1, 2):
        name = f"{PROJECT}-{ENVIRONMENT}-{MODEL}-deadbeef0{number}-1"
        served.account.bedrock.foreign("model", name, tags=tags(f"deadbeef0{number}-1"))
    assert any("earlier models" in violation.text for violation in check(served))


def test_i2_something_foreign_was_deleted(served: Environment) -> None:
    served.account.bedrock.ledger.changed("deleted", "model", "theirs", "arn:theirs", {}, by="driver")
    assert broken(served) == {"I2"}


@pytest.mark.parametrize("what", ["deleted", "stopped"])
def test_i2_what_the_stack_stands_on_was_deleted(served: Environment, what: str) -> None:
    model = the_model(served)
    served.account.bedrock.ledger.changed(what, "model", model.name, model.arn, model.tags, by="driver")
    assert broken(served) == {"I2"}


def test_i2_is_not_broken_by_a_person(served: Environment) -> None:
    endpoint = the_endpoint(served)
    served.by_hand("endpoint deleted by hand", MODEL, lambda: served.account.bedrock.delete_by_hand(endpoint.arn))
    served.run_until_quiet()
    assert broken(served) == set()


def test_i3_the_same_generation_twice(served: Environment) -> None:
    first = served.account.bedrock.purchases[0]
    served.account.bedrock.ledger.bought("job", f"{first.name[:-1]}2", "arn:second", first.tags)
    assert broken(served) == {"I3"}


def test_i3_another_attempt_that_nobody_asked_for(served: Environment) -> None:
    first = served.account.bedrock.purchases[0]
    another = {**first.tags, "finetuning:generation": first.tags["finetuning:generation"][:-1] + "2"}
    served.account.bedrock.ledger.bought("job", f"{first.name[:-1]}2", "arn:second", another)
    assert broken(served) == {"I3"}


def test_i3_what_a_person_deleted_is_bought_again(served: Environment) -> None:
    endpoint = the_endpoint(served)
    served.by_hand("endpoint deleted by hand", MODEL, lambda: served.account.bedrock.delete_by_hand(endpoint.arn))
    served.run_until_quiet()
    another = {**endpoint.tags, "finetuning:generation": endpoint.tags["finetuning:generation"][:-1] + "2"}
    served.account.bedrock.ledger.bought("provisioned", f"{endpoint.name[:-1]}2", "arn:second", another)
    assert any("a person deleted" in violation.text for violation in check(served))


def test_i3_is_not_broken_by_a_person_who_deletes_what_the_stack_let_go() -> None:
    """The change to two units and back asks for an endpoint of its own; the one that goes says nothing about it."""
    two_units = replace(WANTED, units="2")
    steps = (
        Step("deploy", 8_235.0, wanted=WANTED),
        Step("deploy", 2.0, wanted=two_units),
        Step("deploy", 98.0, wanted=WANTED),
        Step("endpoint deleted by hand", 1_417.0),
    )
    assert run(Plan(seed=7126, steps=steps, struck={}, variants=Variants(emits_progress=False))).violations == ()


def test_i4_no_answer_in_time(served: Environment) -> None:
    request = served.cloudformation.requests[0]
    assert request.outcome is not None
    request.outcome = replace(request.outcome, how="timed out")
    assert broken(served) == {"I4"}


def test_i4_an_answer_that_is_not_acceptable(served: Environment) -> None:
    request = served.cloudformation.requests[0]
    assert request.outcome is not None
    request.outcome = replace(request.outcome, how="invalid")
    assert broken(served) == {"I4"}


@pytest.mark.parametrize("change", [(b"SUCCESS", b"FAILED"), (b'"Job-', b'"Other-'), (b"Reason", b"reason")])
def test_i4_answers_that_do_not_agree(served: Environment, change: tuple[bytes, bytes]) -> None:
    request = served.cloudformation.requests[0]
    request.answers.append(request.answers[0].replace(*change))
    assert broken(served) == {"I4"}


def test_i5_a_commitment_without_an_approval(served: Environment) -> None:
    endpoint = the_endpoint(served)
    served.account.bedrock.ledger.bought(
        "provisioned", endpoint.name, endpoint.arn, tags("other"), commitment="OneMonth"
    )
    assert "I5" in broken(served)


def test_i6_the_registry_says_that_something_is_there(removed: Environment) -> None:
    table = removed.account.table.items
    key = next(key for key in table if "gone" in str(table[key]))
    removed.account.table.items[key] = {
        name: {kind: text.replace('"gone": true', '"gone": false') for kind, text in value.items()}
        for name, value in table[key].items()
    }
    assert "I6" in broken(removed)


def test_i6_the_pointer_says_something_else(served: Environment) -> None:
    (name,) = served.account.parameters.values
    served.account.parameters.values[name] = "arn:another"
    assert broken(served) == {"I6", "final state"}


@pytest.mark.parametrize("place", ["log", "notice", "Step Functions", "answer"])
def test_i7_a_secret_in_a_text(served: Environment, place: str) -> None:
    secret = served.cloudformation.requests[0].url
    if place == "log":
        served.output.write(f"PUT {secret} failed\n")
    elif place == "notice":
        served.account.topic.operations()["publish"]({"Subject": "trouble", "Message": secret})
    elif place == "Step Functions":
        next(iter(served.account.states.executions.values())).data["url"] = secret
    else:
        request = served.cloudformation.requests[0]
        request.answers[:] = [request.answers[0].replace(b'"Reason": ""', f'"Reason": "{secret}"'.encode())]
    assert broken(served) == {"I7"}


def test_i8_a_request_without_an_end(served: Environment) -> None:
    served.cloudformation.requests[0].outcome = None
    assert broken(served) == {"I8"}


def test_i8_a_stack_that_is_stuck(removed: Environment) -> None:
    next(iter(removed.cloudformation.stacks.values())).status = "DELETE_FAILED"
    assert broken(removed) == {"I8"}


def test_i8_a_record_that_is_not_settled_and_does_not_say_why(served: Environment) -> None:
    served.functions.registry.update(MODEL, lambda record: replace(record, settled=False))
    assert broken(served) == {"I8"}


def test_i9_a_model_that_does_not_answer_was_published(served: Environment) -> None:
    served.pointed.append(replace(served.pointed[-1], flaw="model error"))
    assert broken(served) == {"I9"}


def test_i9_a_model_that_nobody_approved_was_published(served: Environment) -> None:
    for request in served.cloudformation.requests:
        if "NeedsApproval" in request.event["ResourceProperties"]:
            request.event["ResourceProperties"]["NeedsApproval"] = "true"
    assert broken(served) == {"I9"}
    served.acts.append(Act(served.pointed[-1].at, "approve", MODEL))
    assert broken(served) == set()


def test_i9_a_model_that_was_rolled_back_was_published(served: Environment) -> None:
    published = served.pointed[-1]
    served.judged.append(Judged(0.0, "roll back", MODEL, published.model_arn))
    assert broken(served) == {"I9"}
    served.acts.append(Act(published.at - 1.0, "resume", MODEL))
    assert broken(served) == set()


def test_i9_throughput_with_a_model_that_does_not_answer_stays(served: Environment) -> None:
    endpoint = the_endpoint(served)
    served.account.bedrock.runtime.asked.append(Asked(0.0, endpoint.arn, endpoint.model_arn, "model error"))
    assert broken(served) == {"I9"}


def test_the_wanted_endpoint_is_missing(served: Environment) -> None:
    served.account.bedrock.site.throughputs.remove(the_endpoint(served).arn)
    assert "final state" in broken(served)


def test_the_endpoint_serves_another_model(served: Environment) -> None:
    site = served.account.bedrock.site
    site.throughputs.change(the_endpoint(served).arn, model_arn="arn:another", desired_arn="arn:another")
    assert broken(served) == {"final state"}


def test_there_is_an_endpoint_too_many(served: Environment) -> None:
    first = the_endpoint(served)
    served.account.bedrock.site.throughputs.put(replace(first, arn="arn:another"))
    assert broken(served) == {"final state"}


def test_tags_of_the_last_deployment_are_missing(served: Environment) -> None:
    site, model = served.account.bedrock.site, the_model(served)
    site.models.change(model.arn, tags={**model.tags, "team": "another"})
    assert broken(served) == {"final state"}
