"""Which model serves, while applications call: a swap, a rollback, one that does not answer, one that needs approval.

Four models of one environment, two deployments. Each test goes on where the one before ended.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from tests.integration.calling import Caller
from tests.integration.embedded import Command, Embedded, eventually
from tests.integration.faulty import CLOCK_SPEED, FaultyEnvironment, fault, model

pytestmark = pytest.mark.xdist_group("serving")

NOVA_LITE = "amazon.nova-lite-v1:0:300k"
QUESTION = "Who answers this?"
FIRST, SECOND = "The first model answers.", "The second model answers."


def nova(serving: str, **endpoint: Any) -> dict[str, Any]:
    """A model of the question alone, which says who answers it."""
    return {
        **model(),
        "training": {
            "base_model": NOVA_LITE,
            "dataset": {"training": "datasets/first.jsonl"},
            "hyperparameters": {"epochCount": 1},
        },
        "endpoint": {"serving": serving, **endpoint},
    }


MODELS = {
    "swapped": nova("provisioned", model_units=1),
    "mute": nova("on_demand"),
    "wary": nova("on_demand", approval="manual"),
    "trained": nova("none"),
}
#: The driver asks once after a swap; applications are not struck.
DOES_NOT_ANSWER = fault("bedrock-runtime:InvokeModel", "error", function="driver", code="ModelErrorException")


@pytest.fixture(scope="module")
def environment(start_embedded: Callable[..., Embedded], tmp_path_factory: pytest.TempPathFactory) -> FaultyEnvironment:
    """The environment after its first deployment, when two models serve."""
    embedded = start_embedded(clock_speed=CLOCK_SPEED, region="us-east-1")
    embedded.bootstrap()
    environment = FaultyEnvironment(embedded, tmp_path_factory.mktemp("clone"), {})
    environment.configure(MODELS)
    for name, answer in (("first", FIRST), ("second", SECOND)):
        write_dataset(environment.clone / "datasets" / f"{name}.jsonl", answer)
    deployed = environment.deploy()
    assert deployed.code == 0, deployed.output
    for name in ("swapped", "mute"):
        eventually(partial(environment.pointer, name))
    environment.settled(*MODELS)
    return environment


@pytest.fixture(scope="module")
def approved(environment: FaultyEnvironment) -> Mapping[str, Any]:
    """What `ops status` said of the model that waited, and what `ops approve` printed."""
    before = state(environment, "wary")
    again = environment.ops("approve", "--model", "swapped", "--yes")
    told = environment.ops("approve", "--model", "wary", "--yes")
    assert told.code == 0, told.output
    eventually(lambda: environment.pointer("wary"))
    environment.settled("wary")
    return {"before": before, "again": again, "told": told}


@pytest.fixture(scope="module")
def callers(environment: FaultyEnvironment) -> Iterator[Mapping[str, Caller]]:
    """An application of each model that serves, which calls through all that follows."""
    with ExitStack() as stack:
        yield {
            name: stack.enter_context(Caller(environment.embedded, name, NOVA_LITE, QUESTION))
            for name in ("swapped", "mute")
        }


@pytest.fixture(scope="module")
def changed(environment: FaultyEnvironment, approved: object, callers: Mapping[str, Caller]) -> Command:
    """Two models are trained anew, one of which will not answer; of the others one gets an endpoint, one loses it."""
    arn = environment.pointer("mute")
    environment.faults.add({**DOES_NOT_ANSWER, "contains": arn.rpartition("/")[2]})
    environment.change(_changed)
    done = environment.deploy_models()
    assert done.code == 0, done.output
    eventually(lambda: SECOND in str(callers["swapped"].texts[-1:]))
    eventually(lambda: state(environment, "mute")["state"] == "rejected")
    environment.settled(*MODELS)
    return done


def _changed(document: Any) -> None:
    models = document["models"]
    for name in ("swapped", "mute"):
        models[name]["training"]["dataset"]["training"] = "datasets/second.jsonl"
    models["wary"]["endpoint"] = {"serving": "none"}
    models["trained"]["endpoint"] = {"serving": "on_demand"}


def test_model_waits_for_approval_and_serves_after_it(
    environment: FaultyEnvironment, approved: Mapping[str, Any]
) -> None:
    """Until then nothing is bought; the command says what would serve, and what needs no approval gets none."""
    before = approved["before"]
    assert before["state"] == "awaiting approval"
    assert (before["pointer"], before["endpoint"]["arn"]) == (None, "")
    assert "python -m ops approve" in before["troubles"]["approval"]
    assert f"custom model {environment.jobs('wary')[0]['jobName']}" in approved["told"].stdout
    assert "costs         nothing while idle" in approved["told"].stdout
    assert approved["again"].code == 1
    assert "nothing to approve" in approved["again"].stderr


def test_model_without_an_endpoint_is_trained_only(environment: FaultyEnvironment, approved: object) -> None:
    """Nothing of it is billed, and that is as it should be."""
    found = state(environment, "trained")
    assert (found["state"], found["endpoint"], found["pointer"], found["troubles"]) == ("trained", None, None, {})


def test_swap_is_not_noticed_but_by_better_answers(
    environment: FaultyEnvironment, changed: Command, callers: Mapping[str, Caller]
) -> None:
    """No call fails, and from one call to the next another model answers, under the same ARN."""
    caller = callers["swapped"]
    assert caller.errors == []
    assert [FIRST in caller.texts[0], SECOND in caller.texts[1], len(caller.texts)] == [True, True, 2]
    assert len(environment.throughputs("swapped")) == 1


def test_model_that_does_not_answer_is_rolled_back_by_itself(
    environment: FaultyEnvironment, changed: Command, callers: Mapping[str, Caller]
) -> None:
    """The one before serves again under the same ARN, nobody's call failed, and `ops status` says what was wrong."""
    told = environment.ops("status", "--model", "mute")
    assert told.code == 1
    assert "does not serve: ModelErrorException" in told.stdout
    assert "python -m ops resume puts this one to the test again" in told.stdout
    found, (newest, first) = state(environment, "mute"), environment.jobs("mute")
    assert found["endpoint"]["model_arn"] == first["customModelArn"] != newest["customModelArn"]
    assert found["pointer"] == found["endpoint"]["arn"]
    assert callers["mute"].errors == []
    assert FIRST in callers["mute"].texts[-1]


def test_endpoint_comes_and_goes_with_the_configuration(environment: FaultyEnvironment, changed: Command) -> None:
    """From none to on demand without a job, and from on demand to none with the model kept."""
    eventually(lambda: environment.pointer("trained"))
    assert len(environment.jobs("trained")) == 1
    eventually(lambda: state(environment, "wary")["state"] == "trained")
    assert environment.pointer("wary") == ""
    assert len(environment.custom_models("wary")) == 1
    left = environment.embedded.client("bedrock").list_custom_model_deployments()["modelDeploymentSummaries"]
    assert not [deployment for deployment in left if "-wary-" in deployment["customModelDeploymentName"]]


def test_operator_rolls_back_while_applications_call(
    environment: FaultyEnvironment, changed: Command, callers: Mapping[str, Caller]
) -> None:
    """The kept model answers again, no call fails, and the way back is told; a second time there is nothing to."""
    pointer, (newest, first) = environment.pointer("swapped"), environment.jobs("swapped")
    told = environment.ops("rollback", "--model", "swapped", "--yes")
    assert told.code == 0, told.output
    assert f"rolled back to custom model {first['jobName']}" in told.stdout
    caller = callers["swapped"]
    eventually(lambda: FIRST in caller.texts[-1])
    environment.settled("swapped")
    assert caller.errors == []
    assert len(caller.texts) == 3
    assert environment.pointer("swapped") == pointer
    found = state(environment, "swapped")
    assert (found["state"], found["endpoint"]["model_arn"]) == ("rejected", first["customModelArn"])
    assert f"custom model {newest['jobName']} does not serve: rolled back by arn:aws:" in found["failure"]
    again = environment.ops("rollback", "--model", "swapped", "--yes")
    assert again.code == 1
    assert "python -m ops resume" in again.stderr


def state(environment: FaultyEnvironment, name: str) -> Any:
    """What `ops status` says of one model."""
    (found,) = environment.ops("status", "--model", name, "--json").json()["models"]
    return found


def write_dataset(path: Path, answer: str) -> None:
    """Enough examples of one question, in other words each time."""
    words = ("please", "now", "then", "again", "today", "kindly", "briefly", "exactly")
    records = [
        {"messages": [{"role": "user", "content": f"{QUESTION} {word} {number}".strip()},
                      {"role": "assistant", "content": answer}]}
        for number in range(8)
        for word in words
    ]  # fmt: skip
    path.write_text("\n".join(map(json.dumps, records)) + "\n", encoding="utf-8")
