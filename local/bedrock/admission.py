"""What CreateModelCustomizationJob checks before it accepts a job."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from local.bedrock import bases, customizing, encryption
from local.bedrock.bases import Base
from local.bedrock.locations import Location
from local.bedrock.neighbours import Storage, StorageError
from local.bedrock.protocol import Call
from local.bedrock.protocol.faults import quota_exceeded, validation
from local.bedrock.site import Site
from local.bedrock.store import short_id

#: Statuses in which a job counts against the quota of scheduled jobs.
UNFINISHED = ("InProgress", "Stopping")
_WRITE_PROBE = ".write_access_check_file.tmp"


@dataclass(frozen=True)
class Admitted:
    """What the checks found out."""

    base: Base
    hyperparameters: dict[str, str]
    key_arn: str | None


def admit(site: Site, call: Call, job_arn: str) -> Admitted:
    """Check everything about a request but its names.

    Raises:
        Fault: The first thing that is wrong.
    """
    parameters = call.parameters
    base = bases.require(site, parameters)
    values = customizing.complete(parameters, base, bool(validation_uris(parameters)))
    _require_quota(site)
    _require_role(site, call, job_arn)
    customizing.require_config(site, parameters, base, job_arn)
    bases.require_readable(site, call, base)
    key = parameters.get("customModelKmsKeyId")
    key_arn = encryption.require_usable_key(site, call, key) if key else None
    _require_storage(site.neighbours.storage_as(parameters["roleArn"], f"bedrock-{short_id(job_arn)}"), parameters)
    return Admitted(base, values, key_arn)


def require_free_names(site: Site, parameters: Mapping[str, Any]) -> None:
    """Refuse names that were used before.

    The job name's text and code are the real service's (as handled by Apache Airflow's Bedrock operator). That a custom
    model's name also stays taken for ever is our choice; it is the stricter of the possibilities.

    Raises:
        Fault: `ValidationException`.
    """
    if parameters["jobName"] in site.store.job_names:
        raise validation("The provided job name is currently in use.")
    if parameters["customModelName"] in site.store.model_names:
        raise validation("The provided model name is currently in use.")


def validation_uris(parameters: Mapping[str, Any]) -> list[str]:
    """URIs of the validation data of a request."""
    validators = parameters.get("validationDataConfig", {}).get("validators", [])
    return [validator["s3Uri"] for validator in validators]


def training_uri(parameters: Mapping[str, Any]) -> str:
    """URI of the training data of a request.

    Raises:
        Fault: `ValidationException`; training on invocation logs is not part of the embedded AWS.
    """
    uri: str | None = parameters["trainingDataConfig"].get("s3Uri")
    if uri is None:
        raise validation("trainingDataConfig must have an s3Uri.")
    return uri


def unreadable(location: Location) -> str:
    """The documented text (Bedrock User Guide, "Troubleshooting") for data that the role cannot read."""
    return (
        f"Could not validate GetObject permissions to access Amazon S3 bucket: {location.bucket} at key {location.key}"
    )


def unwritable(location: Location) -> str:
    """The documented text (same page) for an output location that the role cannot write to."""
    return (
        f"Amazon S3 perms missing (PutObject): Could not validate PutObject permissions to access S3 bucket: "
        f"{location.bucket} at key {location.key}"
    )


def _require_quota(site: Site) -> None:
    scheduled = sum(job.status in UNFINISHED for job in site.store.jobs.values())
    if scheduled >= site.quotas.customization_jobs:
        raise quota_exceeded(
            f"You have reached the maximum number of scheduled customization jobs ({site.quotas.customization_jobs})."
        )
    if len(site.store.models) + scheduled >= site.quotas.custom_models:
        raise quota_exceeded(f"You have reached the maximum number of custom models ({site.quotas.custom_models}).")


def _require_role(site: Site, call: Call, job_arn: str) -> None:
    """Source: Bedrock User Guide, "Create a service role for model customization"; the text as Terraform expects it."""
    role_arn = call.parameters["roleArn"]
    site.neighbours.require_pass_role(call.headers, role_arn, job_arn)
    if not site.neighbours.may_assume(role_arn, {"aws:SourceAccount": site.account, "aws:SourceArn": job_arn}):
        raise validation("Could not assume provided IAM role")


def _require_storage(storage: Storage, parameters: Mapping[str, Any]) -> None:
    for uri in (training_uri(parameters), *validation_uris(parameters)):
        location = Location.parse(uri)
        try:
            storage.read(location.bucket, location.key)
        except StorageError as error:
            raise validation(unreadable(location)) from error
    probe = Location.parse(parameters["outputDataConfig"]["s3Uri"]).below(_WRITE_PROBE)
    try:
        storage.write(probe.bucket, probe.key, b"")
    except StorageError as error:
        raise validation(unwritable(probe)) from error
