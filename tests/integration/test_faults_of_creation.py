"""Faults while models are created, and what they leave behind: six models, one deployment, one destruction."""

from collections.abc import Callable

import pytest

from tests.integration.embedded import Command, Embedded, eventually
from tests.integration.faulty import ALL, CLOCK_SPEED, FaultyEnvironment, fault

pytestmark = pytest.mark.xdist_group("faults of creation")

CREATE_JOB, CREATE_THROUGHPUT = "bedrock:CreateModelCustomizationJob", "bedrock:CreateProvisionedModelThroughput"
#: What strikes which model. The reply of a purchase is lost to a function that dies, and then to one that lives.
FAULTS = (
    fault(CREATE_JOB, "kill", "local-lost-", when="after"),
    fault(CREATE_THROUGHPUT, "lost", "local-lost-"),
    fault("bedrock:GetProvisionedModelThroughput", "status", "local-lost-", status="Hibernating", times=2),
    fault("cloudformation:answer", "error", "Model-unheard", http_status=503, times=2),
    fault("events:delivery", "drop", "local-deaf-", **ALL),
    fault("events:delivery", "duplicate", "local-lost-", **ALL),
    fault("lambda:delivery", "duplicate", "Model-unheard", **ALL),
    fault(CREATE_THROUGHPUT, "error", "local-poor-", code="ServiceQuotaExceededException", message="no units", **ALL),
    fault("lambda:invocation", "error", "Model-broken", function="customization_job", times=3),
    fault("lambda:invocation", "error", "Model-half", function="model_endpoint", times=3),
    fault("bedrock:job", "status", "local-endless-", status="InProgress", **ALL),
    fault("bedrock:job", "status", "local-half-", status="InProgress", **ALL),
)
#: The two whose creation fails come last: after a failure the CDK CLI begins with no other stack.
MODELS = ("lost", "unheard", "deaf", "poor", "endless", "half", "broken")


@pytest.fixture(scope="module")
def environment(start_embedded: Callable[..., Embedded], tmp_path_factory: pytest.TempPathFactory) -> FaultyEnvironment:
    """An environment of these models, bootstrapped, with its faults set."""
    embedded = start_embedded(clock_speed=CLOCK_SPEED)
    embedded.bootstrap()
    environment = FaultyEnvironment(embedded, tmp_path_factory.mktemp("clone"), {name: {} for name in MODELS})
    environment.faults.set(*FAULTS, model_units=10)
    return environment


@pytest.fixture(scope="module")
def deployed(environment: FaultyEnvironment) -> Command:
    """One deployment of all."""
    return environment.deploy()


def test_lost_replies_buy_nothing_twice(environment: FaultyEnvironment, deployed: Command) -> None:
    """Job and throughput were created, their replies lost, the function dead: one of each (A04, B06, B15, C01, D02).

    Then the throughput is twice in a status that nobody knows, and every event comes twice.
    """
    environment.serves("lost")
    assert len(environment.jobs("lost")) == 1
    assert len(environment.throughputs("lost")) == 1
    assert {f"kill {CREATE_JOB}", f"lost {CREATE_THROUGHPUT}"} <= set(environment.faults.shown()["struck"])


def test_refused_answers_are_sent_again(environment: FaultyEnvironment, deployed: Command) -> None:
    """Two answers meet a 503, every request comes twice: the stack is there all the same (A06, A08)."""
    assert environment.stack("unheard")["StackStatus"] == "CREATE_COMPLETE", deployed.output
    environment.serves("unheard")
    assert len(environment.jobs("unheard")) == len(environment.throughputs("unheard")) == 1


def test_model_whose_events_are_lost_serves_after_a_sweep(environment: FaultyEnvironment, deployed: Command) -> None:
    """No event of its job arrives (D01)."""
    environment.serves("deaf", sweep=True)
    assert "drop events:delivery" in environment.faults.shown()["struck"]


def test_import_error_fails_at_once_and_leaves_nothing(environment: FaultyEnvironment, deployed: Command) -> None:
    """Three failed tries, the dead-letter queue, FAILED instead of ten minutes of silence, rollback (A01, A07, A20)."""
    assert deployed.code == 1
    assert environment.stack("broken")["StackStatus"] == "ROLLBACK_COMPLETE"
    assert environment.jobs("broken") == environment.throughputs("broken") == []


def test_failed_create_stops_the_job_that_it_had_started(environment: FaultyEnvironment, deployed: Command) -> None:
    """The endpoint's resource fails, the stack rolls back while the job runs, and the job is stopped (A02, B12)."""
    assert environment.stack("half")["StackStatus"] == "ROLLBACK_COMPLETE"
    eventually(lambda: environment.jobs("half")[0]["status"] == "Stopped")
    assert len(environment.jobs("half")) == 1
    assert environment.throughputs("half") == environment.custom_models("half") == []


def test_zero_quota_is_not_hammered_and_retried_by_order(environment: FaultyEnvironment, deployed: Command) -> None:
    """The purchase is refused; once the quota is raised, `ops retry` buys one (C07)."""
    eventually(lambda: len(environment.custom_models("poor")) == 1 and not environment.executions("RUNNING", "poor"))
    struck = environment.faults.shown()["struck"].count(f"error {CREATE_THROUGHPUT}")
    assert 1 <= struck <= 3
    assert environment.throughputs("poor") == []
    environment.faults.set(*(rule for rule in FAULTS if rule["contains"] != "local-poor-"), model_units=10)
    retried = environment.ops("retry", "--model", "poor")
    assert retried.code == 0, retried.output
    environment.serves("poor")
    assert len(environment.throughputs("poor")) == len(environment.jobs("poor")) == 1


def test_aborted_driver_is_started_again_by_the_sweep(environment: FaultyEnvironment, deployed: Command) -> None:
    """Somebody stops the execution of a model in training (D07)."""
    (execution,) = environment.executions("RUNNING", "endless")
    environment.embedded.client("stepfunctions").stop_execution(executionArn=execution)
    environment.sweep()
    (following,) = eventually(lambda: environment.executions("RUNNING", "endless"))
    assert following != execution
    assert len(environment.jobs("endless")) == 1


def test_destroy_while_training_leaves_nothing(environment: FaultyEnvironment, deployed: Command) -> None:
    """Everything is destroyed while one model still trains: all that was ever bought is gone (A20, B12, B14).

    Nobody waits for a model that nobody wants: its job is stopped.
    """
    assert environment.jobs("endless")[0]["status"] == "InProgress"
    done = environment.destroy()
    assert done.code == 0, done.output
    assert environment.jobs("endless")[0]["status"] == "Stopped"
    assert environment.ops("leftovers").code == 0
    assert environment.leftovers() == {"jobs": [], "models": [], "throughputs": []}
    assert [environment.pointer(model) for model in MODELS] == [""] * len(MODELS)
    assert sorted({len(environment.jobs(model)) for model in MODELS if model != "broken"}) == [1]
