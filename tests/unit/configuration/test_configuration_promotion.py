"""A model that comes from another environment: what it needs, what means nothing for it, and from where it may come."""

from pathlib import Path
from typing import Any

import pytest

import configuration
from tests.fakes import manifests
from tests.unit.configuration.conftest import Context
from tests.unit.configuration.pinned import PATH, problems


def test_pinned_model_needs_no_dataset(context: Context, faq: Context, tmp_path: Path) -> None:
    """The selection has the pin, whose bytes were checked, and the promotion."""
    digest = manifests.pin(tmp_path, manifests.made(), "prod")
    selection = configuration.load(context, None, pins_folder=tmp_path)
    pin = selection.pins["faq"]
    assert (pin.digest, pin.approved_by, pin.reference) == (digest, "Ada", "https://example.com/pull/7")
    assert (pin.manifest, pin.text) == (manifests.made(), manifests.text_of(manifests.made()))
    assert pin.signature == manifests.signature_of(digest)
    assert selection.promotions["faq"].method == "swap"
    assert selection.models["faq"].training.dataset.locations == {}


def test_promotions_do_not_depend_on_the_chosen_model(context: Context, faq: Context, tmp_path: Path) -> None:
    """What the environment's own stacks hold is the same with `-c model=`."""
    manifests.pin(tmp_path, manifests.made(), "prod")
    prod = context["environments"]["prod"]["models"]
    prod["other"] = context["environments"]["dev"]["models"]["faq"] | {"evaluation": {"preset": "tools"}}
    prod["broken"] = {"promotion": {"source": 3}, "evaluation": None}
    selection = configuration.load(context | {"model": "faq"}, None, pins_folder=tmp_path)
    assert (list(selection.promotions), list(selection.evaluations)) == (["faq"], ["other"])


@pytest.mark.parametrize(
    ("changes", "there", "here"),
    [
        ({"account": "999988887777"}, "account 999988887777", "account 111122223333"),
        ({"region": "us-west-2"}, "Region us-west-2", "Region us-east-1"),
    ],
)
def test_very_model_of_another_place_cannot_be_swapped(
    context: Context, faq: Context, tmp_path: Path, changes: dict[str, Any], there: str, here: str
) -> None:
    """The message names the other ways."""
    manifests.pin(tmp_path, manifests.made(**changes), "prod")
    (found,) = problems(context, tmp_path)
    assert found.startswith(f"{PATH}.promotion.method: 'swap' serves the very model, which is in {there}")
    assert here in found
    assert "choose method 'retrain'" in found


def test_base_model_must_be_the_manifests(context: Context, faq: Context, tmp_path: Path) -> None:
    """Under whichever of its names."""
    manifests.pin(tmp_path, manifests.made(base_model="amazon.nova-pro-v1:0:300k"), "prod")
    (found,) = problems(context, tmp_path)
    assert found.startswith(f"{PATH}.training.base_model: is 'nova-lite', and the manifest's model was trained from")
    faq["training"]["base_model"] = "nova-pro"
    assert problems(context, tmp_path) == []


def test_all_problems_are_told_at_once(context: Context, faq: Context, tmp_path: Path) -> None:
    """Those of the pin besides those of the configuration."""
    faq["endpoint"]["model_units"] = 2
    manifests.pin(tmp_path, manifests.made(account="9" * 12, verdict=None), "prod", approved_by="")
    assert len(problems(context, tmp_path)) == 4


@pytest.mark.parametrize(
    ("section", "field", "value"),
    [
        ("training", "dataset", {"training": "datasets/bedrock-faq/training.jsonl"}),
        ("training", "hyperparameters", {"epochCount": 2}),
        ("training", "customization_type", "DISTILLATION"),
        ("training", "accept_unknown", ["dataset"]),
        ("budget", "max_usd_per_job", 10),
    ],
)
def test_what_says_how_to_train_is_refused_by_name(
    context: Context, faq: Context, tmp_path: Path, section: str, field: str, value: Any
) -> None:
    """The model comes as it is."""
    manifests.pin(tmp_path, manifests.made(), "prod")
    faq.setdefault(section, {})[field] = value
    (found,) = problems(context, tmp_path)
    assert found.startswith(f"{PATH}.{section}.{field}: means nothing with promotion.method 'swap'")


@pytest.mark.parametrize(("section", "value"), [("evaluation", {"preset": "tools"}), ("gate", {"mode": "enabled"})])
def test_model_is_not_judged_again(
    context: Context, faq: Context, tmp_path: Path, section: str, value: Context
) -> None:
    """Its verdict is in the manifest."""
    manifests.pin(tmp_path, manifests.made(), "prod")
    faq[section] = value
    (found,) = problems(context, tmp_path)
    assert found.startswith(
        f"{PATH}.{section}: means nothing with promotion.method 'swap': the model was judged in dev"
    )


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("prod", "is 'prod' itself: a model is promoted from the environment in which it was judged"),
        ("devv", "unknown environment 'devv'; known: local, dev; did you mean 'dev'?"),
    ],
)
def test_source_is_another_environment(
    context: Context, faq: Context, tmp_path: Path, source: str, expected: str
) -> None:
    """One of the project's."""
    manifests.pin(tmp_path, manifests.made(environment=source), "prod")
    faq["promotion"]["source"] = source
    (found,) = problems(context, tmp_path)
    assert found.startswith(f"{PATH}.promotion.source: {expected}")


def test_dev_cannot_promote_from_itself(context: Context, dev: Context, tmp_path: Path) -> None:
    """It is where models are judged."""
    dev["promotion"] = {"source": "dev"}
    del dev["training"]["dataset"]
    (found,) = problems(context, tmp_path)
    assert found.startswith("environments.dev.models.faq.promotion.source: is 'dev' itself")


COPIED_KEY = "arn:aws:kms:us-west-2:111122223333:key/66666666-7777-8888-9999-000000000000"


def copied(faq: Context, folder: Path, base_model: str, *, there: str, **manifest: Any) -> None:
    """Let `faq` be a copy of a model in this Region."""
    faq["training"]["base_model"] = base_model
    faq["promotion"] |= {"method": "copy", "manifest_key_arn": COPIED_KEY}
    manifests.pin(folder, manifests.made(region=there, base_model=base_model, **manifest), "prod")


def test_model_is_copied_where_aws_can(context: Context, faq: Context, tmp_path: Path) -> None:
    """Nova Lite between two Regions of one account."""
    copied(faq, tmp_path, "amazon.nova-lite-v1:0:300k", there="eu-west-1")
    assert problems(context, tmp_path) == []


def test_copy_needs_the_key_that_signs_elsewhere(context: Context, faq: Context, tmp_path: Path) -> None:
    """The one of this account and Region signs nothing of the source."""
    copied(faq, tmp_path, "amazon.nova-lite-v1:0:300k", there="eu-west-1")
    del faq["promotion"]["manifest_key_arn"]
    [problem] = problems(context, tmp_path)
    assert problem.startswith(f"{PATH}.promotion.manifest_key_arn: is required: the key that signs the source's")


@pytest.mark.parametrize(
    ("there", "account", "said"),
    [
        ("us-east-1", "111122223333", "the model is in this account and Region already; choose method 'swap'"),
        ("eu-west-1", "444455556666", "custom models of Nova Lite cannot be shared with another account at all"),
        ("xx-west-1", "111122223333", "custom models of Nova Lite can be copied between: "),
    ],
)
def test_copy_that_aws_cannot_make_is_refused(
    context: Context, faq: Context, tmp_path: Path, there: str, account: str, said: str
) -> None:
    """As the catalog has it, before anything is deployed."""
    copied(faq, tmp_path, "amazon.nova-lite-v1:0:300k", there=there, account=account)
    [found] = [each for each in problems(context, tmp_path) if f"{PATH}.promotion.method: is 'copy'" in each]
    assert said in found


def test_copy_is_served_where_its_base_model_is(context: Context, faq: Context, tmp_path: Path) -> None:
    """It can be copied to more Regions than it can be served in: that is told before anything is copied."""
    copied(faq, tmp_path, "amazon.nova-lite-v1:0:300k", there="us-east-1")
    context["environments"]["prod"]["region"] = "us-west-2"
    [found] = problems(context, tmp_path)
    assert found == (
        "environments.prod.models.faq.endpoint.serving: custom models of Nova Lite cannot be served 'on_demand' in "
        "us-west-2; allowed: none; choose another base model, or a Region in which they can: us-east-1"
    )
    faq["endpoint"] = {"serving": "none"}
    assert problems(context, tmp_path) == []
