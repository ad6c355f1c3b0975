"""A model that comes from another environment: its pin is judged at synth, offline, with all problems at once."""

import json
from pathlib import Path
from typing import Any

import pytest

import configuration
from configuration import pins
from finetuning.manifest import Evaluation, Judgement
from tests.fakes import manifests
from tests.unit.configuration.conftest import Context

PATH = "environments.prod.models.faq"
PIN = "environments/prod.faq.json"
COMMAND = (
    "python -m ops promote --from dev --to prod --model faq --approved-by <who approved> "
    "--reference <URL of the pull request or ticket>"
)
TEST = "datasets/bedrock-faq/validation.jsonl"


@pytest.fixture
def faq(context: Context) -> Context:
    """The model `faq` of prod, which comes from dev."""
    context["env"] = "prod"
    models: Context = context["environments"]["prod"]["models"]
    models["faq"] = {
        "training": {"base_model": "nova-lite", "keep_previous": 2, "tags": {"team": "support"}},
        "endpoint": {"serving": "on_demand"},
        "promotion": {"source": "dev"},
    }
    model: Context = models["faq"]
    return model


@pytest.fixture
def retrained(context: Context, faq: Context) -> Context:
    """The same, trained again in prod."""
    faq["training"] = {
        "base_model": "nova-lite",
        "dataset": {"training": "datasets/bedrock-faq/training.jsonl", "test": TEST},
        "hyperparameters": {"epochCount": 2},
    }
    faq["promotion"]["method"] = "retrain"
    faq["evaluation"] = {"preset": "knowledge"}
    faq["gate"] = {"mode": "enabled", "thresholds": {"rouge_l": {"min": 0.3}}}
    return faq


def problems(context: Context, folder: Path) -> list[str]:
    try:
        configuration.load(context, None, pins_folder=folder)
    except configuration.ConfigurationError as error:
        return [str(problem) for problem in error.problems]
    return []


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


def test_pin_that_is_missing_names_the_command(context: Context, faq: Context, tmp_path: Path) -> None:
    """Word for word."""
    assert problems(context, tmp_path) == [f"{PIN}: does not exist; write it with: {COMMAND}"]


def test_manifest_that_is_missing_names_the_command(context: Context, faq: Context, tmp_path: Path) -> None:
    """The pin was committed alone."""
    digest = manifests.pin(tmp_path, manifests.made(), "prod")
    pins.manifest_file(digest, tmp_path).unlink()
    assert problems(context, tmp_path) == [
        f"environments/manifests/{digest}.json: does not exist; write it with: {COMMAND}"
    ]


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        ("{", f"{PIN}: is not JSON"),
        ("[]", f"{PIN}: must be a JSON object"),
        ('{"manifest": "abc"}', f"{PIN}: manifest: must be the SHA-256 of a manifest"),
        ("{}", f"{PIN}: manifest: must be the SHA-256 of a manifest"),
        ('{"manifest": 3}', f"{PIN}: manifest: must be a string, got 3"),
    ],
)
def test_pin_that_is_none_is_refused(
    context: Context, faq: Context, tmp_path: Path, content: str, problem: str
) -> None:
    """Never with a traceback."""
    pins.pin_file("prod", "faq", tmp_path).write_text(content, encoding="utf-8")
    (found,) = problems(context, tmp_path)
    assert found.startswith(problem)


def test_unknown_field_of_a_pin_is_refused(context: Context, faq: Context, tmp_path: Path) -> None:
    """An approval that is misspelt is none."""
    digest = manifests.pin(tmp_path, manifests.made(), "prod")
    document = {"manifest": digest, "approvedby": "Ada", "reference": "R-1"}
    pins.pin_file("prod", "faq", tmp_path).write_text(json.dumps(document), encoding="utf-8")
    (found,) = problems(context, tmp_path)
    assert found.startswith(f"{PIN}: approvedby: unknown field;")
    assert found.endswith("did you mean 'approved_by'?")


def test_manifest_that_was_changed_is_refused(context: Context, faq: Context, tmp_path: Path) -> None:
    """One character is enough."""
    digest = manifests.pin(tmp_path, manifests.made(), "prod")
    file = pins.manifest_file(digest, tmp_path)
    file.write_text(file.read_text(encoding="utf-8").replace("0.75", "0.95"), encoding="utf-8")
    (found,) = problems(context, tmp_path)
    assert found.startswith(f"environments/manifests/{digest}.json: its manifest has SHA-256 ")
    assert "it was changed; restore it from git" in found


@pytest.mark.parametrize(
    ("text", "signature", "problem"),
    [
        ('{"schema":2}', None, "signature.key_arn: must be a string, got None"),
        ('{"schema":2}', {"key_arn": "k", "algorithm": "RSA", "signature": ""}, "signature.algorithm: must be ECDSA"),
        ('{"schema":2}', {"key_arn": "k", "algorithm": "ECDSA_SHA_256", "signature": ""}, "schema: is 2, and this"),
    ],
)
def test_evidence_that_cannot_be_read_is_refused(
    context: Context, faq: Context, tmp_path: Path, text: str, signature: Any, problem: str
) -> None:
    """By its field."""
    from finetuning import manifest

    digest = manifest.digest(text.encode())
    (tmp_path / "manifests").mkdir()
    pins.manifest_file(digest, tmp_path).write_text(json.dumps({"manifest": text, "signature": signature}))
    pins.pin_file("prod", "faq", tmp_path).write_text(json.dumps({"manifest": digest}))
    found = problems(context, tmp_path)
    assert found[0].startswith(f"environments/manifests/{digest}.json: {problem}")


@pytest.mark.parametrize("pinned", [{"approved_by": ""}, {"reference": " "}, {"approved_by": "", "reference": ""}])
def test_approval_that_is_missing_says_exactly_what_to_do(
    context: Context, faq: Context, tmp_path: Path, pinned: dict[str, str]
) -> None:
    """Unless the configuration needs none."""
    digest = manifests.pin(tmp_path, manifests.made(), "prod", **pinned)
    assert problems(context, tmp_path) == [
        f"{PIN}: {' and '.join(pinned)} must say who approved the promotion and where: promotion.approval is "
        f"'required'; have somebody approve it, run: {COMMAND}; then commit {PIN} and "
        f"environments/manifests/{digest}.json, and have the pull request reviewed"
    ]
    faq["promotion"]["approval"] = "none"
    assert problems(context, tmp_path) == []


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"environment": "test"}, "is of environment 'test', and 'dev' is expected here; run: python -m ops promote"),
        ({"project": "other"}, "is of project 'other', and 'finetuning' is expected here"),
        ({"model": "chat"}, "is of model 'chat', and 'faq' is expected here"),
        ({"verdict": None}, "its model has no verdict, and only a judged model is promoted; give environments.dev"),
        ({"verdict": Judgement(True, "disabled")}, "its model was judged with gate.mode 'disabled'"),
        (
            {"verdict": Judgement(False, "enabled", ("rouge_l is 0.2", "too few records"))},
            "its model did not pass the quality gate: rouge_l is 0.2; too few records",
        ),
    ],
)
def test_manifest_of_something_else_is_refused(
    context: Context, faq: Context, tmp_path: Path, changes: dict[str, Any], expected: str
) -> None:
    """Each with what to do."""
    digest = manifests.pin(tmp_path, manifests.made(**changes), "prod")
    (found,) = problems(context, tmp_path)
    assert found.startswith(f"environments/manifests/{digest}.json: {expected}")


def test_dry_run_verdict_that_passed_is_enough(context: Context, faq: Context, tmp_path: Path) -> None:
    """It was judged, and it passed."""
    manifests.pin(tmp_path, manifests.made(verdict=Judgement(True, "dry_run")), "prod")
    assert problems(context, tmp_path) == []


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
