"""Models reach other environments by training again and by copies; and what stops one leaves what served serving.

Each test goes on where the one before ended.
"""

import re
from collections.abc import Callable

import pytest

from local.faults.client import FaultsClient
from local.settings import Quotas
from tests.integration.embedded import Embedded, eventually
from tests.integration.faulty import fault
from tests.integration.promotion_methods import ACCOUNT, ELSEWHERE, HOME, PromotionMethods, done

pytestmark = pytest.mark.xdist_group("promotion methods")


@pytest.fixture(scope="module")
def embedded(start_embedded: Callable[..., Embedded]) -> Embedded:
    """The embedded AWS of this module, bootstrapped in two Regions."""
    embedded = start_embedded(account=ACCOUNT, region=HOME, clock_speed=3600, quotas=Quotas(model_units=10))
    for region in (HOME, ELSEWHERE):
        embedded.bootstrap(region)
    return embedded


@pytest.fixture(scope="module")
def faults(embedded: Embedded) -> FaultsClient:
    """Faults of it."""
    return FaultsClient(embedded.settings.endpoint_url)


@pytest.fixture(scope="module")
def project(embedded: Embedded, tmp_path_factory: pytest.TempPathFactory) -> PromotionMethods:
    """Two models that passed the gate in dev, and serve there; both are pinned for staging, one for east."""
    project = PromotionMethods(embedded, tmp_path_factory.mktemp("methods") / "clone")
    done(project.deploy("dev"))
    done(project.wait("dev"))
    project.trust_dev()
    for model in ("faq", "sales"):
        project.pin(model)
    return project


@pytest.fixture(scope="module")
def retraining(project: PromotionMethods, faults: FaultsClient) -> PromotionMethods:
    """With a promotion to staging under way: the job waits for a free place, and so everybody for the job."""
    faults.add(customization_jobs=0)
    done(project.deploy("staging", "faq"))
    return project


def test_second_promotion_at_once_is_refused(retraining: PromotionMethods) -> None:
    """It says who holds the lock, since when, and what to do; nothing of it is there afterwards."""
    before = retraining.alive("staging")
    refused = retraining.deploy_model("staging", "sales")
    assert refused.code == 1
    said = " ".join(refused.output.split())
    assert re.search(
        "model 'sales' is not promoted, and nothing was changed: in environment staging a promotion of model 'faq' is "
        r"under way \(generation [0-9a-f]{10}-1, since 20\d\d-\d\d-\d\d \d\d:\d\d UTC\)\. Wait for it, then deploy "
        "again: python -m ops wait --env staging --model faq --until settled",
        said,
    )
    assert retraining.alive("staging") == before
    assert retraining.serving("staging", "sales") == ("", "")
    assert retraining.held("staging") == []


def test_retrained_model_serves_and_is_another_one(retraining: PromotionMethods, faults: FaultsClient) -> None:
    """Of the same data, with the same hyperparameters; its own evaluation agrees with the manifest."""
    faults.clear()
    done(retraining.wait("staging", "faq"))
    (_, judged), (_, served) = retraining.serving("dev", "faq"), retraining.serving("staging", "faq")
    assert served
    assert served != judged
    assert retraining.trained_on(served) == retraining.trained_on(judged)
    assert retraining.held("staging") == []


def test_promotion_that_was_refused_goes_through_afterwards(retraining: PromotionMethods) -> None:
    """The lock is nobody's any more, without anybody having given it back."""
    done(retraining.deploy_model("staging", "sales"))
    done(retraining.wait("staging", "sales"))
    (_, judged), (_, served) = retraining.serving("dev", "sales"), retraining.serving("staging", "sales")
    assert served == judged
    assert retraining.held("staging") == [judged]


@pytest.fixture(scope="module")
def disagreeing(retraining: PromotionMethods, faults: FaultsClient) -> PromotionMethods:
    """Trained for fewer epochs in dev and pinned; in staging, the model then fails at some of what it is asked."""
    for environment in ("dev", "staging"):
        retraining.change(environment, "faq", lambda model: model["training"].update(hyperparameters={"epochCount": 8}))
    done(retraining.deploy_model("dev", "faq"))
    done(retraining.wait("dev", "faq"))
    retraining.pin("faq")
    refused = fault("bedrock-runtime:*", "error", function="evaluation", code="ValidationException", every=4, times=0)
    faults.add(refused)
    return retraining


def test_retrained_model_that_disagrees_stays_out(disagreeing: PromotionMethods, faults: FaultsClient) -> None:
    """Whoever waits is told the metric, its value, the manifest's and the band; what served serves."""
    before, alive = disagreeing.serving("staging", "faq"), disagreeing.alive("staging")
    done(disagreeing.deploy_model("staging", "faq"))
    waited = disagreeing.wait("staging", "faq")
    faults.clear()
    assert waited.code == 1
    assert re.search(r"rouge_l is 0\.\d+, and the manifest's is 0\.\d+; they may be 0\.01 apart", waited.output)
    status = disagreeing.ops("status", "--env", "staging", "--model", "faq").stdout
    assert "promote another model, or revert the pull request of its pin" in " ".join(status.split())
    assert disagreeing.serving("staging", "faq") == before
    assert disagreeing.alive("staging")["endpoints"] == alive["endpoints"]
    assert disagreeing.unowned("staging") == []


def test_copy_serves_in_another_region(project: PromotionMethods) -> None:
    """A model of its own, which is the target's; the source stays as it was, and nobody holds it."""
    judged = project.serving("dev", "faq")
    done(project.deploy("east"))
    done(project.wait("east", "faq"))
    _, served = project.serving("east", "faq")
    (copy,) = project.client("east")("bedrock").list_model_copy_jobs()["modelCopyJobSummaries"]
    assert (copy["targetModelArn"], copy["status"]) == (served, "Completed")
    assert f":{ELSEWHERE}:" in served
    assert project.serving("dev", "faq") == judged
    assert project.held("east") == []


def test_copy_goes_with_its_stack_and_the_source_stays(project: PromotionMethods) -> None:
    """It belongs to the target alone."""
    source = project.serving("dev", "faq")
    done(project.destroy_model("east", "faq"))
    eventually(lambda: project.alive("east") == {"endpoints": [], "models": []})
    assert project.serving("east", "faq") == ("", "")
    assert project.serving("dev", "faq") == source
