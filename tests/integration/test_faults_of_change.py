"""Faults while what serves is changed: five models, one update with faults, operators, one destruction."""

import threading
from collections.abc import Callable
from typing import Any

import pytest

from tests.integration.embedded import Command, Embedded, eventually
from tests.integration.faulty import CLOCK_SPEED, FaultyEnvironment, fault

pytestmark = pytest.mark.xdist_group("faults of change")

MODELS = ("rolled", "cancelled", "tagged", "byhand", "idle")
DELETE_THROUGHPUT = "bedrock:DeleteProvisionedModelThroughput"
#: The endpoint's Update of `rolled` fails three times; that of `cancelled` is so slow that it is overtaken.
SLOW_SECONDS = 20
FAULTS = (
    fault("lambda:invocation", "error", "Model-rolled", function="model_endpoint", times=3),
    fault("lambda:invocation", "delay", "Model-cancelled", function="model_endpoint", seconds=SLOW_SECONDS),
)


@pytest.fixture(scope="module")
def environment(start_embedded: Callable[..., Embedded], tmp_path_factory: pytest.TempPathFactory) -> FaultyEnvironment:
    """An environment whose models all serve."""
    embedded = start_embedded(clock_speed=CLOCK_SPEED)
    embedded.bootstrap()
    environment = FaultyEnvironment(embedded, tmp_path_factory.mktemp("clone"), {name: {} for name in MODELS})
    environment.faults.set(model_units=10)
    deployed = environment.deploy()
    assert deployed.code == 0, deployed.output
    for model in MODELS:
        environment.serves(model)
    return environment


@pytest.fixture(scope="module")
def endpoints(environment: FaultyEnvironment) -> dict[str, str]:
    """The endpoint of each model before anything changes."""
    return {model: environment.pointer(model) for model in MODELS}


@pytest.fixture(scope="module")
def updated(environment: FaultyEnvironment, endpoints: dict[str, str]) -> Command:
    """Four models get a tag, two of them another epoch; one has just lost its endpoint to a human hand."""
    environment.embedded.client("bedrock").delete_provisioned_model_throughput(provisionedModelId=endpoints["byhand"])
    environment.change(_changed)
    environment.faults.set(*FAULTS, model_units=10)
    canceller = threading.Thread(target=_cancel, args=(environment,))
    canceller.start()
    done = environment.deploy_models()
    canceller.join()
    environment.settled(*MODELS)
    return done


def _changed(document: Any) -> None:
    models = document["models"]
    for name in ("rolled", "cancelled"):
        models[name]["training"]["hyperparameters"]["epochCount"] = 2
    for name in ("rolled", "cancelled", "tagged", "byhand"):
        models[name]["training"]["tags"] = {"team": "search"}


def _cancel(environment: FaultyEnvironment) -> None:
    """Cancel an update while its endpoint's resource is being updated, once the new model serves already."""
    cloudformation = environment.embedded.client("cloudformation")
    name = "finetuning-local-Model-cancelled"

    first = environment.throughputs("cancelled")[0]["modelArn"]

    def is_swapped() -> bool:
        (throughput,) = environment.throughputs("cancelled")
        return bool(throughput["modelArn"] != first and throughput["status"] == "InService")

    def is_being_updated() -> bool:
        resources = cloudformation.describe_stack_resources(StackName=name)["StackResources"]
        return any(
            resource["ResourceType"] == "Custom::BedrockModelEndpoint"
            and resource["ResourceStatus"] == "UPDATE_IN_PROGRESS"
            for resource in resources
        )

    eventually(is_being_updated)
    eventually(is_swapped, seconds=SLOW_SECONDS)
    cloudformation.cancel_update_stack(StackName=name)


@pytest.mark.parametrize("model", ["rolled", "cancelled"])
def test_update_that_is_rolled_back_changes_nothing_that_serves(
    environment: FaultyEnvironment, endpoints: dict[str, str], updated: Command, model: str
) -> None:
    """A failed update, and one cancelled after the swap and overtaken: the first model serves (A18, A19, A21, C10)."""
    assert updated.code == 1
    assert environment.stack(model)["StackStatus"] == "UPDATE_ROLLBACK_COMPLETE", updated.output
    second, first = environment.jobs(model)
    assert second["status"] in ("Stopped", "Completed")

    def serves_the_first() -> bool:
        (throughput,) = environment.throughputs(model)
        return bool(throughput["modelArn"] == throughput["desiredModelArn"] == first["customModelArn"])

    eventually(serves_the_first)
    assert [t["provisionedModelArn"] for t in environment.throughputs(model)] == [endpoints[model]]
    assert environment.pointer(model) == endpoints[model]


def test_tags_alone_are_changed_in_place(
    environment: FaultyEnvironment, endpoints: dict[str, str], updated: Command
) -> None:
    """No job, no purchase: model and throughput get the tag beside their owner tags (A27)."""
    (job,), (throughput,) = environment.jobs("tagged"), environment.throughputs("tagged")
    assert throughput["provisionedModelArn"] == endpoints["tagged"]
    for arn in (job["customModelArn"], endpoints["tagged"]):
        tags = environment.tags(arn)
        assert (tags.get("team"), tags["finetuning:model"]) == ("search", "tagged")


def test_endpoint_deleted_by_hand_is_not_bought_again_but_by_order(
    environment: FaultyEnvironment, updated: Command
) -> None:
    """A deployment that only changes tags buys nothing; `ops resume` buys one (C12)."""
    assert environment.throughputs("byhand") == []
    environment.let_an_hour_pass("byhand")
    resumed = environment.ops("resume", "--model", "byhand", "--yes")
    assert resumed.code == 0, resumed.output
    environment.serves("byhand")
    assert len(environment.throughputs("byhand")) == len(environment.jobs("byhand")) == 1


def test_bill_is_stopped_and_resumed(
    environment: FaultyEnvironment, endpoints: dict[str, str], updated: Command
) -> None:
    """The endpoint goes at the third try, the model stays, a deployment buys nothing, `ops resume` one (C04)."""
    busy = fault(DELETE_THROUGHPUT, "error", code="ConflictException", message="busy", times=2)
    environment.faults.add(busy)
    stopped = environment.ops("stop", "--billing", "--model", "idle", "--yes")
    assert stopped.code == 0, stopped.output
    eventually(lambda: environment.throughputs("idle") == [])
    environment.settled("idle")
    assert environment.faults.shown()["struck"].count(f"error {DELETE_THROUGHPUT}") == 2
    assert len(environment.custom_models("idle")) == 1
    assert environment.pointer("idle") == ""
    resumed = environment.ops("resume", "--model", "idle", "--yes")
    assert resumed.code == 0, resumed.output
    assert environment.serves("idle") != endpoints["idle"]
    assert len(environment.jobs("idle")) == 1


def test_destroy_leaves_nothing(environment: FaultyEnvironment, updated: Command) -> None:
    """All models, throughputs and jobs are gone, although every second deletion meets a conflict (C04)."""
    environment.faults.set(fault(DELETE_THROUGHPUT, "error", code="ConflictException", every=2, times=0))
    done = environment.destroy()
    assert done.code == 0, done.output
    assert environment.leftovers() == {"jobs": [], "models": [], "throughputs": []}
