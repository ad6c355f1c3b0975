"""A model that is trained again as a manifest says is of the same kind, and is judged again."""

from pathlib import Path

from finetuning.manifest import Evaluation, Metric
from tests.fakes import manifests
from tests.unit.configuration.conftest import Context
from tests.unit.configuration.pinned import PATH, problems


def test_model_that_is_trained_needs_a_dataset(context: Context, retrained: Context, tmp_path: Path) -> None:
    """With method 'retrain', too."""
    manifests.pin(tmp_path, manifests.made(), "prod")
    assert problems(context, tmp_path) == []
    del retrained["training"]["dataset"]
    found = problems(context, tmp_path)
    assert found[-1].startswith(f"{PATH}.training.dataset: is required")


def test_retraining_must_be_of_the_same_kind(context: Context, retrained: Context, tmp_path: Path) -> None:
    """Every difference is listed, however numbers are spelt."""
    manifests.pin(tmp_path, manifests.made(hyperparameters={"epochCount": "2", "learningRate": "0.00001"}), "prod")
    retrained["training"]["hyperparameters"] = {"epochCount": 3, "learningRateWarmupSteps": 10}
    assert problems(context, tmp_path) == [
        f"{PATH}.training.hyperparameters.epochCount: is '3', and the manifest's model was trained with '2'; write '2'",
        f"{PATH}.training.hyperparameters.learningRate: is missing, and the manifest's model was trained with "
        "'0.00001'; write '0.00001'",
        f"{PATH}.training.hyperparameters.learningRateWarmupSteps: is '10', and the manifest's model was trained with "
        "the base model's default; remove it",
    ]
    retrained["training"]["hyperparameters"] = {"epochCount": "2", "learningRate": 1e-05}
    assert problems(context, tmp_path) == []


def test_retrained_model_is_judged_again(context: Context, retrained: Context, tmp_path: Path) -> None:
    """It is another model, and there must be something to compare it with."""
    nothing = Evaluation("1", "s3://output/e.json", "f" * 64, {})
    digest = manifests.pin(tmp_path, manifests.made(evaluation=nothing), "prod")
    retrained["gate"]["mode"] = "dry_run"
    found = problems(context, tmp_path)
    assert [text.split(": ")[0] for text in found] == [f"{PATH}.gate.mode", f"environments/manifests/{digest}.json"]
    del retrained["evaluation"], retrained["gate"]["thresholds"]
    assert f"{PATH}.evaluation: is required" in "\n".join(problems(context, tmp_path))


def test_manifest_whose_metrics_are_none_of_the_models_is_refused_before_anything_is_paid(
    context: Context, retrained: Context, tmp_path: Path
) -> None:
    """Nothing is left to agree with: the model would be trained, and never pass."""
    metrics = {"latency_p95": Metric(0.5, 45), "usd_per_1k_requests": Metric(None, 0), "accuracy": Metric(None, 0)}
    known = manifests.made(evaluation=Evaluation("1", "s3://output/e.json", "f" * 64, metrics))
    digest = manifests.pin(tmp_path, known, "prod")
    assert problems(context, tmp_path) == [
        f"environments/manifests/{digest}.json: has no evaluated metrics to compare a retrained model with, only "
        "accuracy, latency_p95, usd_per_1k_requests: time and dollars are not compared, nor what has no value; let "
        "environments.dev.models.faq.gate judge a metric of the answers too, deploy it, and promote again when its "
        "model has passed"
    ]


def test_retraining_may_be_elsewhere(context: Context, retrained: Context, tmp_path: Path) -> None:
    """That is what it is for."""
    manifests.pin(tmp_path, manifests.made(account="9" * 12, region="us-west-2"), "prod")
    assert problems(context, tmp_path) == []


def test_band_is_for_retraining(context: Context, faq: Context, tmp_path: Path) -> None:
    """The very model has the very metrics."""
    manifests.pin(tmp_path, manifests.made(), "prod")
    faq["promotion"]["band"] = 0.2
    (found,) = problems(context, tmp_path)
    assert found.startswith(f"{PATH}.promotion.band: is only for method 'retrain'")
