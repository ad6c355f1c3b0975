"""The model version that is in service in an environment, and its signed manifest."""

from dataclasses import dataclass
from pathlib import Path

from configuration import pins
from configuration.rules import promote_command
from finetuning import manifest
from finetuning.lifecycle import ModelRecord, TrainingGeneration
from finetuning.lifecycle.candidate import is_curve_awaited, is_verdict_awaited
from finetuning.lifecycle.observation import JOB_AT_REST
from finetuning.manifest import Manifest, Signature
from finetuning.problems import Problem
from lambdas.gateways.manifests_store import ManifestsStore
from ops.errors import OperatorError
from ops.project import Environment
from ops.session import Session


class NotPromotableError(OperatorError):
    """There is nothing that can be promoted, or it must not be; the message says why and what to do."""


@dataclass(frozen=True)
class Signed:
    """A manifest as it was signed; the signature is yet to be verified."""

    digest: str
    text: str
    signature: Signature
    manifest: Manifest


def store(session: Session) -> ManifestsStore:
    """The manifests of a session's environment."""
    bucket = session.outputs("Foundation")["OutputBucketName"]
    return ManifestsStore(bucket, session.environment.account, session.client("s3"))


def in_service(record: ModelRecord) -> TrainingGeneration:
    """The generation whose model is in service.

    Raises:
        NotPromotableError: none is, or another one is on its way there.
    """
    environment = record.environment
    if record.training.removed or not record.training.generations:
        raise NotPromotableError(
            f"model {record.model!r} of {environment} is not deployed, so there is nothing to promote; deploy it with: "
            f"cdk deploy --all -c env={environment}"
        )
    current, serving = record.training.current, serving_generation(record)
    if serving is None:
        raise NotPromotableError(
            f"no model of {record.model!r} is in service in {environment}: {_why_not(record, current)}; see: "
            f"python -m ops status --env {environment} --model {record.model}"
        )
    is_given_up = (
        current is None or current.rejected or current.failure or current.status in JOB_AT_REST - {"Completed"}
    )
    if current is not None and current.id != serving.id and not is_given_up:
        raise NotPromotableError(
            f"{environment} is behind: generation {serving.id} is in service, and {current.id} is wanted there; wait "
            f"for it (python -m ops status --watch --env {environment}), or decide against it (python -m ops rollback)"
        )
    return serving


def find(session: Session, model: str, folder: Path | None = None) -> tuple[TrainingGeneration, Signed]:
    """The generation in service and its manifest: issued here, or pinned here if the model was promoted here itself.

    Raises:
        NotPromotableError: there is none.
    """
    record = session.registry().read(model)
    generation = in_service(record)
    if generation.promoted is not None:
        return generation, _pinned(record, generation.promoted.manifest, folder)
    if why := _why_no_manifest(generation, session.environment, model):
        raise NotPromotableError(f"generation {generation.id} of {model!r} has no manifest yet: {why}")
    return generation, issued(session, model, generation.manifest)


def issued(session: Session, model: str, digest: str) -> Signed:
    """A manifest that the session's environment issued.

    Raises:
        NotPromotableError: it, or its signature, is not there.
        TamperedManifestError: it is not what its name says.
        ManifestError: it cannot be read.
    """
    kept = store(session)
    content, signature = kept.read(model, digest), kept.signature(model, digest)
    if content is None or signature is None:
        missing = "manifest" if content is None else "signature of manifest"
        raise NotPromotableError(
            f"the {missing} {digest} of {model!r} is not in the output bucket of {session.environment.name}; restore "
            "it from the bucket's earlier versions, or train the model again"
        )
    return Signed(digest, content.decode("utf-8"), signature, manifest.read(content))


def _pinned(record: ModelRecord, digest: str, folder: Path | None) -> Signed:
    """The manifest of a model that was promoted to where it is now: the repository has it."""
    found: list[Problem] = []
    command = promote_command("", record.environment, record.model)
    pin = pins.read(record.environment, record.model, command, found, folder)
    if pin is None:
        listed = "; ".join(map(str, found))
        raise NotPromotableError(f"the pin of {record.model!r} of {record.environment} cannot be used: {listed}")
    if pin.digest != digest:
        raise NotPromotableError(
            f"{record.environment} is behind: it serves manifest {digest}, and the repository pins {pin.digest}; "
            f"deploy it first (cdk deploy --all -c env={record.environment}), or check out what is deployed there"
        )
    return Signed(pin.digest, pin.text, pin.signature, pin.manifest)


def serving_generation(record: ModelRecord) -> TrainingGeneration | None:
    """The generation behind the pointer; without an endpoint, the current one, if its job is done."""
    current = record.training.current
    if record.endpoint.removed:
        return current if current is not None and current.status == "Completed" and not current.rejected else None
    return record.training.maker(record.endpoint.published_model_arn) if record.endpoint.published_arn else None


def _why_not(record: ModelRecord, current: TrainingGeneration | None) -> str:
    if record.endpoint.stopped:
        return "an operator stopped the bill (python -m ops resume brings it back)"
    if current is None:
        return "nothing is wanted"
    return current.rejected or current.failure or record.problem or f"its job is {current.status or 'not started'}"


def _why_no_manifest(generation: TrainingGeneration, environment: Environment, model: str) -> str:
    """Why no manifest vouches for the model by the verdict that is wanted now, or ""."""
    verdict = generation.verdict
    if verdict is None and generation.evaluation is None:
        return _why_not_judged(environment, model)
    if verdict is None:
        return "its evaluation has no verdict yet; wait for it: python -m ops status --watch"
    if is_curve_awaited(generation) or is_verdict_awaited(generation):
        return "it is judged anew by what is deployed now; wait for the verdict: python -m ops status --watch"
    if not verdict.passed:
        return f"it did not pass the quality gate: {verdict.said or 'no reason is given'}"
    return "" if generation.manifest else "the driver has yet to issue it; wait for it: python -m ops status --watch"


def _why_not_judged(environment: Environment, model: str) -> str:
    configured = environment.models.get(model)
    if not isinstance(configured, dict) or not configured.get("evaluation"):
        return "it was not judged; configure evaluation and gate for it, deploy, and promote when it has passed"
    return (
        "it was not judged by the evaluation that cdk.json has; deploy it: "
        f"cdk deploy --all -c env={environment.name}, and promote when it has passed. If that changes nothing, its "
        "record was rebuilt: change a value, such as evaluation.hours, and deploy"
    )
