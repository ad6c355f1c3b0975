"""Checks the files of a model and uploads them: what is to go where, and what to configure then."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from finetuning import object_keys
from finetuning.dataset.report import DatasetReport
from lambdas.gateways.storage import StorageGateway
from ops.data import checking
from ops.data.plan import Asked, Plan, make
from ops.data.rendering import verdict
from ops.data.uploading import Bucket, File, Upload, state_of
from ops.errors import UsageError
from ops.session import Session


@dataclass(frozen=True)
class Wanted:
    """What is to be uploaded: file names by split. What is not uploaded is checked with it."""

    plan: Plan
    model: str
    files: Mapping[str, str]


def prepare(session: Session, files: Mapping[str, str | None], model: str | None, waivers: Sequence[str]) -> Wanted:
    """Return what is to be uploaded.

    Raises:
        UsageError: something else than files is named, or names that cannot be part of a key, all at once.
    """
    plan = make(Asked(files, environment=session.environment.name, model=model, waivers=waivers))
    use_case = str(plan.model)
    is_asked = any(files.values())
    chosen = {
        split: Path(each.location).name
        for split, each in plan.inputs.items()
        if (files.get(split) if is_asked else each.is_file)
    }
    if not chosen:
        raise UsageError("name a file: the datasets of cdk.json are in S3 already")
    if problems := [*_problems(plan, chosen)]:
        raise UsageError("\n".join(problems))
    return Wanted(plan, use_case, chosen)


def run(session: Session, wanted: Wanted) -> tuple[DatasetReport, list[Upload]]:
    """Check the files and, if they are good, upload those that are not there yet.

    Raises:
        UnreadableError: a file cannot be read, or changed after it was checked.
        ObjectUnwritableError: S3 refuses.
    """
    outputs = session.outputs("Foundation")
    bucket, key_arn = outputs["DataBucketName"], outputs["KeyArn"]
    inputs, digests = wanted.plan.inputs, {split: sha256() for split in wanted.files}
    before = {split: state_of(inputs[split]) for split in wanted.files if Path(inputs[split].location).is_file()}
    report = checking.check(wanted.plan, meters={split: digest.update for split, digest in digests.items()})
    if report.errors:
        return report, []
    storage = StorageGateway(session.client("s3"))
    uploads = []
    for split, digest in digests.items():
        target = Bucket(storage, bucket, key_arn, session.environment.account)
        key = object_keys.upload(wanted.model, digest.hexdigest(), wanted.files[split])
        file = File(split, inputs[split], key, digest.hexdigest(), before[split])
        uploads.append(target.receive(file))
    return report, uploads


def lines(wanted: Wanted, told: Mapping[str, Any], uploads: list[Upload]) -> Iterator[str]:
    """What was uploaded, and how to configure it."""
    if not told["summary"]["ok"]:
        yield "nothing was uploaded; mend the findings and push again"
        return
    if not told["findings"]:
        yield verdict(told["summary"]).plain
    for upload in uploads:
        yield f"{'uploaded' if upload.is_new else 'there already'}: {upload.file}\n  {upload.uri}"
    environment, model = wanted.plan.environment, wanted.model
    yield f"\nconfigure it in cdk.json, environments.{environment}.models.{model}.training.dataset:"
    yield ",\n".join(f'  "{upload.split}": "{upload.uri}"' for upload in uploads)
    changes = " ".join(f'-c "training.dataset.{upload.split}={upload.uri}"' for upload in uploads)
    yield f"\nor try it first:\n  cdk deploy --all -c env={environment} -c model={model} {changes}"


def document(wanted: Wanted, told: Mapping[str, Any], uploads: list[Upload]) -> dict[str, Any]:
    """The JSON document: what was uploaded, and the report."""
    return {
        "environment": wanted.plan.environment,
        "model": wanted.model,
        "uploads": [asdict(upload) for upload in uploads],
        "report": dict(told),
    }


def _problems(plan: Plan, files: Mapping[str, str]) -> Iterator[str]:
    for split, file in files.items():
        source = plan.inputs[split]
        if not source.is_file:
            yield f"{source.name}: only files are uploaded; configure an s3:// URI as it is"
        elif not object_keys.BEDROCK_S3_URI.fullmatch(f"s3://bucket/{file}"):
            allowed = "letters, digits and -!_*'()."
            yield f"{source.name}: Bedrock reads keys of {allowed} only, got {file!r}; rename it"
