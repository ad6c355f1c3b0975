"""Which metrics of a manifest a model that is trained again can be compared with."""

from collections.abc import Mapping

from finetuning.manifest import Manifest, Metric

#: Time and dollars depend on when and where a model is asked, on the load and the prices there: they say nothing of
#: whether two models are alike, and no rerun is sure to repeat them. What they may be at most, the gate says.
NOT_THE_MODELS = ("latency_p50", "latency_p95", "usd_per_1k_requests")


def comparable(manifest: Manifest) -> dict[str, float]:
    """Return the values of the gated metrics that another model must agree with, by name.

    One without a value (such as dollars without prices) is left out, and so is what is not the model's own.
    """
    own = {name: metric.value for name, metric in _gated(manifest).items() if name not in NOT_THE_MODELS}
    return {name: value for name, value in own.items() if value is not None}


def left_out(manifest: Manifest) -> tuple[str, ...]:
    """Return the names of the gated metrics that nothing is compared with."""
    compared = comparable(manifest)
    return tuple(name for name in _gated(manifest) if name not in compared)


def _gated(manifest: Manifest) -> Mapping[str, Metric]:
    return manifest.evaluation.metrics if manifest.evaluation is not None else {}
