"""How a customization job runs: validation, data processing, training, artifacts, custom model."""

import logging
from collections.abc import Callable
from datetime import timedelta

from finetuning.base_model import BaseModel
from finetuning.dataset.purpose import held_to
from local.bedrock import access, admission, artifacts, base_models, bases, customizing, datasets, learner, progress
from local.bedrock.datasets import Record
from local.bedrock.failures import JobFailedError
from local.bedrock.fates import Fate
from local.bedrock.learner import Example, Run
from local.bedrock.locations import Location
from local.bedrock.neighbours import Storage, StorageError
from local.bedrock.records import PHASES, CustomModel, Job, customization_type
from local.bedrock.site import Site
from local.bedrock.store import short_id

#: Jobs that run at one time; others wait in status InProgress with phases NotStarted. Source: terraform-provider-aws,
#: pull request 37990 ("2 training jobs, not adjustable"); that a third one waits is our choice.
CONCURRENT_JOBS = 2
#: Simulated durations. Validation: about 3 minutes in recorded jobs of cloud-custodian; the others are our choice.
VALIDATION_TIME = timedelta(minutes=3)
PROCESSING_TIME = timedelta(minutes=5)
TRAINING_START_TIME = timedelta(minutes=30)
TRAINING_TIME_PER_TOKEN = timedelta(minutes=1) / 2500
LONGEST_TRAINING = timedelta(hours=12)

#: Documented text (Bedrock User Guide, "Troubleshooting").
UNEXPECTED = "Encountered an unexpected error when processing the request, please try again"
_VALIDATION, _PROCESSING, _TRAINING = PHASES
_LOG = logging.getLogger(__name__)


def start_waiting(site: Site) -> None:
    """Start waiting jobs, oldest first, as long as fewer than two run."""
    with site.store.lock:
        unfinished = [job for job in site.store.jobs.values() if job.status in admission.UNFINISHED]
        free = CONCURRENT_JOBS - sum(job.started for job in unfinished)
        waiting = [job for job in unfinished if not job.started and job.status == "InProgress"]
        for job in waiting[: max(0, free)]:
            progress.advance(site, progress.change(site, job.arn, started=True), None, _VALIDATION)
            _later(site, VALIDATION_TIME, job.arn, _validate)


def finish(site: Site, arn: str, status: str, failure: str | None = None) -> None:
    """Bring a job to its end without a model."""
    with site.store.lock:
        job = site.store.jobs.get(arn)
        if job is None or job.status not in admission.UNFINISHED:
            return
        phases = progress.phases_as(site, job, status)
        message = failure[:2048] if failure else None
        progress.change(site, arn, status=status, failure=message, ended=site.clock.now(), phases=phases)
    progress.publish(site, arn)
    start_waiting(site)


def _later(site: Site, duration: timedelta, arn: str, step: Callable[[Site, Job], None]) -> None:
    """Run a step of a job later, unless the job has ended or is being stopped by then."""

    def run() -> None:
        job = site.store.jobs.get(arn)
        if job is None or job.status != "InProgress":
            return
        try:
            step(site, job)
        except JobFailedError as failed:
            finish(site, arn, "Failed", str(failed))
        except Exception:
            # Whatever goes wrong inside the service, the job must end and say so.
            _LOG.exception("customization job %s failed", arn)
            finish(site, arn, "Failed", UNEXPECTED)

    site.clock.after(duration, run)


def _validate(site: Site, job: Job) -> None:
    base_model = held_to(base_models.require_known(job.base_model), customization_type(job.request))
    storage = _storage(site, job)
    records = _read(storage, admission.training_uri(job.request), base_model)
    uris = admission.validation_uris(job.request)
    held_out = [record.example for uri in uris for record in _read(storage, uri, base_model)]
    datasets.check_counts(len(records), len(held_out) if uris else None, base_model)
    if not _move(site, job, _VALIDATION, _PROCESSING):
        return
    _later(site, PROCESSING_TIME, job.arn, lambda site, job: _train(site, job, records, held_out))


def _train(site: Site, job: Job, records: list[Record], held_out: list[Example]) -> None:
    if not _move(site, job, _PROCESSING, _TRAINING):
        return
    begun, base = site.clock.now(), bases.of(site, job)
    examples = customizing.examples(site, job, records)
    plan = customizing.plan(job, base, bool(held_out))
    run = learner.train(examples, held_out, plan, before=base.custom.tuned if base.custom else None)
    epochs = run.training[-1][1]
    duration = TRAINING_START_TIME + datasets.token_count(examples) * epochs * TRAINING_TIME_PER_TOKEN
    remaining = min(duration, LONGEST_TRAINING) - site.clock.since(begun)
    _later(site, max(remaining, timedelta()), job.arn, lambda site, job: _complete(site, job, run))


def _complete(site: Site, job: Job, run: Run) -> None:
    base_model = base_models.require_known(job.base_model)
    storage = _storage(site, job)
    for path, content in artifacts.files(run, base_model).items():
        output = Location.parse(job.request["outputDataConfig"]["s3Uri"])
        target = output.below(f"{artifacts.folder(job.arn)}/{path}")
        try:
            storage.write(target.bucket, target.key, content.encode())
        except StorageError as error:
            raise datasets.RefusedDatasetError(admission.unwritable(target)) from error
    fate = site.fates.of("job", job.name)
    if fate is not None:
        _suffer(site, job.arn, fate)
        return
    with site.store.lock:
        current = site.store.jobs[job.arn]
        if current.status != "InProgress":
            return
        _add_model(site, current, run)
    progress.publish(site, job.arn)
    start_waiting(site)


def _suffer(site: Site, arn: str, fate: Fate) -> None:
    """End a job with another status; in one that the service model does not know it stays."""
    if fate.status in ("Failed", "Stopped"):
        finish(site, arn, fate.status, fate.message)
        return
    with site.store.lock:
        progress.change(site, arn, status=fate.status)
    progress.publish(site, arn)


def _add_model(site: Site, job: Job, run: Run) -> None:
    model_arn = site.arn(f"custom-model/{job.base_model}/{short_id(job.arn)}")
    advanced = progress.advance(site, job, _TRAINING, None)
    completed = progress.change(
        site,
        advanced.arn,
        status="Completed",
        ended=site.clock.now(),
        model_arn=model_arn,
        training_loss=run.training_loss,
        validation_loss=run.validation_loss,
    )
    site.store.models[model_arn] = CustomModel(
        arn=model_arn,
        name=job.request["customModelName"],
        job=completed,
        base_model=job.base_model,
        created=site.clock.now(),
        tuned=run.tuned,
    )
    site.store.tags[model_arn] = access.tags_from(job.request.get("customModelTags"))


def _move(site: Site, job: Job, completed: str, begun: str) -> bool:
    """Go from one phase to the next; False if the job was stopped in the meantime."""
    with site.store.lock:
        current = site.store.jobs[job.arn]
        if current.status != "InProgress":
            return False
        progress.advance(site, current, completed, begun)
        return True


def _read(storage: Storage, uri: str, base_model: BaseModel) -> list[Record]:
    location = Location.parse(uri)
    try:
        content = storage.read(location.bucket, location.key)
    except StorageError as error:
        raise datasets.RefusedDatasetError(admission.unreadable(location)) from error
    return datasets.parse(content, location.file_name, base_model)


def _storage(site: Site, job: Job) -> Storage:
    return site.neighbours.storage_as(job.request["roleArn"], f"bedrock-{short_id(job.arn)}")
