"""`promote`: what is in service, verified, and pinned for the next environment with who approved it; or a reason."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from configuration import pins
from configuration.errors import ConfigurationError
from finetuning.errors import FineTuningError
from finetuning.lifecycle.verdict import EvaluationWanted, Promoted, Verdict
from finetuning.manifest import Judgement, ManifestError, Metric
from ops.commands.promote import run
from ops.errors import UnwritableError, UsageError
from ops.promotion import rendering
from ops.promotion.promoting import Approval, Promotion
from ops.promotion.source import NotPromotableError
from tests.fakes import manifests
from tests.unit.finetuning.test_manifest_issuing import GENERATION
from tests.unit.ops.promotable import JOB, Source, known, record

ADA = Approval("Ada", "https://example.com/pull/7")
ASKS = {"evaluation": {"preset": "knowledge"}}
DIGEST = manifests.digest_of(manifests.made())
TO_STAGING: dict[str, Any] = {"staging": {"source": "dev"}}


def promote(
    folder: Path, source: Source | None = None, to: str | None = "staging", approval: Approval = ADA, **targets: Any
) -> list[Promotion]:
    return run(source or Source(), known(**(targets or TO_STAGING)), to, "faq", approval, folder)


def refusal(folder: Path, source: Source | None = None, **given: Any) -> str:
    """The message of a promotion that is refused; nothing was written."""
    before = sorted(folder.rglob("*"))
    with pytest.raises(FineTuningError) as refused:
        promote(folder, source, **given)
    assert sorted(folder.rglob("*")) == before
    return str(refused.value)


def test_manifest_in_service_is_pinned_with_its_evidence(tmp_path: Path) -> None:
    """Both files, as synth reads them."""
    (promotion,) = promote(tmp_path)
    pin = json.loads(pins.pin_file("staging", "faq", tmp_path).read_text())
    assert pin == {"manifest": DIGEST, "approved_by": "Ada", "reference": "https://example.com/pull/7"}
    found: list[Any] = []
    read = pins.read("staging", "faq", "", found, tmp_path)
    assert read is not None, found
    assert (read.manifest, read.signature) == (manifests.made(), manifests.signature_of(DIGEST))
    assert [path.name for path in promotion.written] == [f"{DIGEST}.json", "staging.faq.json"]


def test_what_is_promoted_is_told_with_the_next_step(tmp_path: Path) -> None:
    """Metrics, verdict, lineage, and what to do with the files."""
    (promotion,) = promote(tmp_path)
    told = "\n".join(rendering.lines(promotion))
    for expected in (
        "faq: dev → staging (swap)",
        manifests.MODEL_ARN,
        "rouge_l 0.75 on 40 records",
        "passed (gate enabled)",
        f"{DIGEST}, signed by {manifests.ALIAS}",
        "by Ada (https://example.com/pull/7)",
        "git commit -m 'Promote faq to staging', and open a pull request",
        "cdk deploy --all -c env=staging",
    ):
        assert expected in told
    assert rendering.document(promotion)["content"] == manifests.made().document()


def test_metrics_that_a_retrained_model_need_not_repeat_are_named(tmp_path: Path) -> None:
    """Only where a model is trained again, and only if there are any."""
    (promotion,) = promote(tmp_path)
    again = replace(promotion, method="retrain")
    evaluation = manifests.made().evaluation
    assert evaluation is not None
    measured = evaluation._replace(metrics={"rouge_l": Metric(0.75, 40), "latency_p95": Metric(0.5, 40)})
    timed = replace(promotion.signed, manifest=manifests.made(evaluation=measured))
    told = "\n".join(rendering.lines(replace(again, signed=timed)))
    assert "compared    the retrained model must agree with these metrics but latency_p95, which depend on" in told
    for other in (again, replace(promotion, signed=timed)):
        assert "compared" not in "\n".join(rendering.lines(other))


def test_promoted_twice_nothing_changes(tmp_path: Path) -> None:
    """Not even with the approval left out: it is pinned already."""
    promote(tmp_path)
    before = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*.json")}
    for approval in (ADA, Approval(), Approval(propose=True)):
        (again,) = promote(tmp_path, approval=approval)
        assert (again.written, again.approved_by) == ((), "Ada")
    assert {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*.json")} == before
    assert "nothing to do" in "\n".join(rendering.lines(again))


def test_folder_of_pins_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    """The manifest is written first; here a file stands where its folder would be."""
    folder = tmp_path / "environments"
    folder.touch()
    with pytest.raises(UnwritableError, match=r"^cannot write .*/environments/manifests/.*\.json: "):
        promote(folder)


def test_what_it_replaces_is_told(tmp_path: Path) -> None:
    """The metrics before, and now; an approval of another manifest counts for nothing."""
    metrics = {"rouge_l": Metric(0.5, 40)}
    evaluation = manifests.made().evaluation
    assert evaluation is not None
    before = manifests.pin(tmp_path, manifests.made(evaluation=evaluation._replace(metrics=metrics)), "staging")
    assert "approved_by and reference must say who approved" in refusal(tmp_path, approval=Approval())
    (promotion,) = promote(tmp_path)
    assert promotion.replaces == before
    told = "\n".join(rendering.lines(promotion))
    assert f"replaces    {before}" in told
    assert "evaluation.metrics.rouge_l.value: 0.5 → 0.75" in told


def test_every_environment_that_takes_it_is_pinned(tmp_path: Path) -> None:
    """If none is named; all of them, or none."""
    targets: dict[str, Any] = {"staging": {"source": "dev"}, "prod": {"source": "dev"}, "test": {"source": "staging"}}
    assert [p.environment for p in promote(tmp_path, to=None, **targets)] == ["staging", "prod"]
    assert promote(tmp_path, to=None, staging={"source": "prod"}) == []
    (tmp_path / "new").mkdir()
    wrong = targets | {"prod": {"source": "dev", "method": "retrain"}}
    assert "not promoted to prod" in refusal(tmp_path / "new", to=None, **wrong)


def test_approval_is_required_before_anything_is_written(tmp_path: Path) -> None:
    """Unless it is left to the reviewer by name, or the target needs none."""
    assert "--approved-by <who approved>" in refusal(tmp_path, approval=Approval())
    assert "reference must say who approved" in refusal(tmp_path, approval=Approval("Ada"))
    (proposed,) = promote(tmp_path, approval=Approval(propose=True))
    assert (proposed.approved_by, len(proposed.written)) == ("", 2)
    assert "not yet: the target refuses the pin" in "\n".join(rendering.lines(proposed))
    (approved,) = promote(tmp_path, approval=ADA)
    assert [path.name for path in approved.written] == ["staging.faq.json"]
    (unasked,) = promote(tmp_path, to="prod", approval=Approval(), prod={"source": "dev", "approval": "none"})
    assert unasked.written


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"manifest": "", "verdict": None, "evaluation": None}, "has no manifest yet: it was not judged"),
        ({"manifest": "", "verdict": None}, "its evaluation has no verdict yet"),
        ({"manifest": "", "verdict": Verdict("1", False, "enabled", ("rouge_l is 0.1",))}, "quality gate: rouge_l is"),
        ({"verdict": Verdict("0123", False, "dry_run", ("rouge_l is 0.1",))}, "quality gate: rouge_l is 0.1"),
        ({"evaluation": EvaluationWanted("4567", "dry_run", ASKS, 60, own_endpoint=True)}, "it is judged anew by what"),
        ({"manifest": ""}, "the driver has yet to issue it"),
        ({"manifest": "f" * 64}, f"the manifest {'f' * 64} of 'faq' is not in the output bucket of dev"),
        ({"model_arn": ""}, "no model of 'faq' is in service in dev"),
        ({"model_arn": "", "rejected": "it does not answer"}, "in service in dev: it does not answer"),
    ],
)
def test_what_cannot_be_promoted_says_why(tmp_path: Path, changes: dict[str, Any], expected: str) -> None:
    """And what to do."""
    assert expected in refusal(tmp_path, Source(**changes))


def test_model_that_its_evaluation_never_saw_is_told_how_to_be_judged(tmp_path: Path) -> None:
    """It is configured and not deployed, or was deployed before the record was lost and rebuilt."""
    there = Source(manifest="", verdict=None, evaluation=None)
    there.environment.models["faq"]["evaluation"] = ASKS["evaluation"]
    said = refusal(tmp_path, there)
    assert "it was not judged by the evaluation that cdk.json has; deploy it: cdk deploy --all -c env=dev" in said
    assert "If that changes nothing, its record was rebuilt: change a value, such as evaluation.hours, and" in said


def test_model_that_is_not_deployed_is_not_promoted(tmp_path: Path) -> None:
    """There is no record of it."""
    source = Source()
    source.keep(replace(source.record(), training=replace(source.record().training, removed=True)))
    assert "is not deployed, so there is nothing to promote; deploy it with: cdk deploy" in refusal(tmp_path, source)


def test_source_that_is_behind_is_not_promoted(tmp_path: Path) -> None:
    """Another model is on its way into service there; one that was decided against is not."""
    source = Source()
    serving = source.record().training.generations[0]
    following = replace(GENERATION, id="cccccccccc-1", model_arn="other", status="InProgress", rejected="")
    source.keep(record(serving, following, serving=serving))
    assert "dev is behind: generation aaaaaaaaaa-1 is in service, and cccccccccc-1 is wanted" in refusal(
        tmp_path, source
    )
    source.keep(record(serving, replace(following, rejected="the gate: worse"), serving=serving))
    assert len(promote(tmp_path, source)) == 1


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        (
            {"verdict": Judgement(False, "dry_run", ("rouge_l is 0.2",))},
            "did not pass the quality gate: rouge_l is 0.2",
        ),
        ({"account": "999988887777"}, "which is in account 999988887777"),
        ({"base_model": "amazon.nova-pro-v1:0:300k"}, "training.base_model: is 'nova-lite'"),
    ],
)
def test_target_refuses_what_its_deployment_would(tmp_path: Path, changes: dict[str, Any], expected: str) -> None:
    """By the same rules, before anything is written."""
    told = refusal(tmp_path, Source(manifests.made(**changes), manifest=manifests.digest_of(manifests.made(**changes))))
    assert told.startswith("'faq' is not promoted to staging:")
    assert expected in told


@pytest.mark.parametrize(
    ("target", "error", "expected"),
    [
        ("dev", NotPromotableError, "is trained there, and not configured for promotion"),
        ("stagin", UsageError, "did you mean 'staging'?"),
        ("wrong", ConfigurationError, "environments.wrong.models.faq.promotion.method: must be 'swap'"),
    ],
)
def test_wrong_target_is_refused(tmp_path: Path, target: str, error: type[Exception], expected: str) -> None:
    """Before AWS is asked."""
    targets = TO_STAGING | {"wrong": {"source": "dev", "method": "move"}}
    with pytest.raises(error, match=expected.replace(".", r"\.").replace("?", r"\?")):
        promote(tmp_path, to=target, **targets)


def test_tampered_manifest_is_refused(tmp_path: Path) -> None:
    """In the bucket, its content does not fit its name."""
    source = Source()
    source.objects[f"manifests/faq/{DIGEST}.json"] += b" "
    assert "it was changed" in refusal(tmp_path, source)


def test_signature_of_another_key_is_refused(tmp_path: Path) -> None:
    """Whatever it says of itself: the key that counts is the source environment's, or the one that is configured."""
    source = Source()
    source.trusted = []
    assert f"is not one of {manifests.ALIAS}" in refusal(tmp_path, source)
    other = "arn:aws:kms:us-east-1:111122223333:key/2"
    named = {"source": "dev", "manifest_key_arn": other}
    assert f"is not one of {other}" in refusal(tmp_path, to="prod", prod=named)


@pytest.mark.parametrize("lost", [".signature.json", ".json"])
def test_evidence_that_is_lost_is_refused(tmp_path: Path, lost: str) -> None:
    """Neither of the two can be done without."""
    source = Source()
    del source.objects[f"manifests/faq/{DIGEST}{lost}"]
    assert f"{DIGEST} of 'faq' is not in the output bucket of dev; restore it" in refusal(tmp_path, source)
    source.objects[f"manifests/faq/{DIGEST}{lost}"] = b"{}"
    with pytest.raises((ManifestError, FineTuningError)):
        promote(tmp_path, source)


@pytest.mark.parametrize(
    ("job", "expected"),
    [
        (replace(JOB, arn="other"), "customization job arn:aws:bedrock"),
        (replace(JOB, model_arn="another"), "made another, not arn:aws:bedrock"),
        (replace(JOB, model_status=None), "is gone, and not Active"),
        (replace(JOB, name="another"), "is called 'another', and not"),
    ],
)
def test_what_the_manifest_names_must_be_there(tmp_path: Path, job: Any, expected: str) -> None:
    """The model that was judged, of the job that made it."""
    assert expected in refusal(tmp_path, Source(job=job))


def test_model_that_was_promoted_is_promoted_on_by_its_pin(tmp_path: Path) -> None:
    """From staging to prod, which both take what dev judged; the pin must be what is deployed."""
    targets: dict[str, Any] = {"staging": {"source": "dev"}, "prod": {"source": "dev"}}
    digest = manifests.pin(tmp_path, manifests.made(), "dev")
    promoted = Promoted("swap", manifests.MODEL_ARN, manifests.JOB_ARN, manifests.JOB_NAME, digest)
    (promotion,) = promote(tmp_path, Source(manifest=digest, promoted=promoted), "prod", **targets)
    assert promotion.signed.digest == digest
    other = replace(promoted, manifest="f" * 64)
    told = refusal(tmp_path, Source(promoted=other), to="prod", **targets)
    assert f"dev is behind: it serves manifest {'f' * 64}, and the repository pins {digest}" in told
    pins.pin_file("dev", "faq", tmp_path).unlink()
    assert "the pin of 'faq' of dev cannot be used" in refusal(
        tmp_path, Source(promoted=promoted), to="prod", **targets
    )
