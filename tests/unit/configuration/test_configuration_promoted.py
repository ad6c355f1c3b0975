"""What a pin asks of the custom resources, and whose signature is believed."""

from base64 import b64decode
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import configuration
from configuration import Selection, promoted
from finetuning.evaluation import settings as evaluation_settings
from finetuning.lifecycle.verdict import Promoted
from finetuning.manifest import Data, Evaluation, Metric
from finetuning.promotion.pinned import read_pinned
from finetuning.promotion.wanted import promoted_fingerprint, promoted_wanted
from tests.fakes import manifests
from tests.unit.configuration.conftest import Context

KEY = "arn:aws:kms:us-east-1:444455556666:key/66666666-7777-8888-9999-000000000000"


def selected(context: Context, folder: Path, **promotion: Any) -> Selection:
    """Prod, whose model `faq` comes from dev."""
    manifests.pin(folder, manifests.made(), "prod")
    context["env"] = "prod"
    context["environments"]["prod"]["tags"] = {"cost-center": "4711"}
    context["environments"]["prod"]["models"] = {
        "faq": {
            "training": {"base_model": "nova-lite", "keep_previous": 2, "tags": {"team": "support"}},
            "endpoint": {"serving": "on_demand"},
            "promotion": {"source": "dev", **promotion},
        }
    }
    return configuration.load(context, None, pins_folder=folder)


def properties(selection: Selection) -> dict[str, Any]:
    """Of the promoted model's resource."""
    faq = selection.models["faq"], selection.environment, selection.pins["faq"]
    return promoted.promoted_properties(selection.project, "faq", *faq)


def test_what_is_written_is_what_is_read(context: Context, tmp_path: Path) -> None:
    """Stack and function agree on every property."""
    selection = selected(context, tmp_path)
    pin, asked = selection.pins["faq"], read_pinned(properties(selection))
    assert (asked.model, asked.source, asked.method) == ("faq", "dev", "swap")
    assert asked.base_model == "amazon.nova-lite-v1:0:300k"
    assert (asked.manifest, asked.sha256, asked.digest) == (pin.text.encode(), pin.digest, pin.digest)
    assert asked.signature == pin.signature.signature
    assert (asked.approved_by, asked.reference) == ("Ada", "https://example.com/pull/7")
    assert (asked.keep_previous, asked.tags) == (2, {"cost-center": "4711", "team": "support"})
    assert promoted_wanted(asked, pin.manifest).promoted == Promoted(
        "swap",
        manifests.MODEL_ARN,
        manifests.JOB_ARN,
        manifests.JOB_NAME,
        pin.digest,
        "Ada",
        "https://example.com/pull/7",
    )


def test_properties_are_ascii(context: Context, tmp_path: Path) -> None:
    """CloudFormation gives other characters back as question marks."""
    given = properties(selected(context, tmp_path))
    assert str(given).isascii()
    assert b64decode(given["Manifest"])


@pytest.mark.parametrize(("given", "trusted"), [({}, manifests.ALIAS), ({"manifest_key_arn": KEY}, KEY)])
def test_trusted_key_is_the_configurations(
    context: Context, tmp_path: Path, given: dict[str, str], trusted: str
) -> None:
    """The source's in this account and Region, or the one that is named; never what came with the manifest."""
    assert properties(selected(context, tmp_path, **given))["ManifestKey"] == trusted


@pytest.mark.parametrize(
    ("region", "partition"), [("us-east-1", "aws"), ("cn-north-1", "aws-cn"), ("us-gov-west-1", "aws-us-gov")]
)
def test_trusted_key_is_in_the_regions_partition(context: Context, tmp_path: Path, region: str, partition: str) -> None:
    """An ARN of another one would name nothing."""
    selection = selected(context, tmp_path)
    promotion = selection.models["faq"].promotion
    assert promotion is not None
    environment = selection.environment.model_copy(update={"region": region})
    assert promoted.trusted_key("finetuning", environment, promotion) == (
        f"arn:{partition}:kms:{region}:111122223333:alias/finetuning-dev-manifest"
    )


def test_retrained_model_is_held_to_the_manifests_metrics_and_data(context: Context, tmp_path: Path) -> None:
    """Within the band; files that the manifest's model did not have are not expected."""
    selection = selected(context, tmp_path)
    pin = selection.pins["faq"]
    assert promoted.reference(selection.models["faq"], pin) == {
        "manifest": pin.digest,
        "band": 0.05,
        "metrics": {"rouge_l": 0.75},
    }
    assert promoted.expected_digests(pin) == {"training": "a" * 64, "validation": "b" * 64, "test": "c" * 64}


def test_only_what_is_the_models_own_and_has_a_value_must_be_met_again(context: Context, tmp_path: Path) -> None:
    """A gate in dry_run without thresholds judges every metric: dollars without prices, and time, are among them."""
    metrics = {
        "accuracy": Metric(1.0, 45),
        "failed_share": Metric(0.0, 45),
        "latency_p50": Metric(0.5, 45),
        "latency_p95": Metric(0.5, 45),
        "output_tokens": Metric(5.0, 45),
        "rouge_l": Metric(None, 0),
        "usd_per_1k_requests": Metric(None, 0),
    }
    selection = selected(context, tmp_path)
    known = manifests.made(evaluation=Evaluation("0123", "s3://output/evaluation.json", "f" * 64, metrics))
    pin = replace(selection.pins["faq"], digest="a" * 64, manifest=known)
    reference = promoted.reference(selection.models["faq"], pin)
    assert reference["metrics"] == {"accuracy": 1.0, "failed_share": 0.0, "output_tokens": 5.0}
    assert evaluation_settings.read({"reference": reference}).reference is not None


def test_files_that_the_manifest_lacks_are_not_expected(context: Context, tmp_path: Path) -> None:
    """And without an evaluation there are no metrics to agree with."""
    selection = selected(context, tmp_path)
    known = manifests.made(data=Data("a" * 64), evaluation=None)
    pin = selection.pins["faq"].__class__("d", "", "", "", selection.pins["faq"].signature, known)
    assert promoted.expected_digests(pin) == {"training": "a" * 64}
    assert promoted.reference(selection.models["faq"], pin)["metrics"] == {}


def test_same_manifest_by_another_method_is_another_model() -> None:
    """And the fingerprint does not depend on who approved it."""
    assert promoted_fingerprint("a" * 64, "swap") != promoted_fingerprint("a" * 64, "copy")
    assert promoted_fingerprint("a" * 64, "swap") != promoted_fingerprint("b" * 64, "swap")
