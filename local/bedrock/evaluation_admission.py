"""What CreateEvaluationJob checks before it accepts a job.

Of the three kinds of jobs only one is here: a model that grades (Bedrock User Guide, "Evaluate model performance using
another LLM as a judge"). Texts are our own where no document is named.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from local.bedrock import base_models, encryption
from local.bedrock.evaluation_record import Evaluation
from local.bedrock.locations import Location
from local.bedrock.neighbours import StorageError
from local.bedrock.protocol import Call
from local.bedrock.protocol.faults import conflict, not_found, quota_exceeded, validation
from local.bedrock.site import Site
from local.bedrock.store import short_id

#: Statuses in which a job counts against the quota.
UNFINISHED = ("InProgress", "Stopping")
#: The empty object that the service leaves behind to see whether it may write, as in results of real jobs.
WRITE_PROBE = "amazon-bedrock-evaluations-permission-check"
#: Source: Bedrock User Guide, "Use metrics to understand model performance".
BUILT_IN = frozenset(
    f"Builtin.{name}"
    for name in (
        "Correctness", "Completeness", "Faithfulness", "Helpfulness", "Coherence", "Relevance", "FollowingInstructions",
        "ProfessionalStyleAndTone", "Harmfulness", "Stereotyping", "Refusal",
    )
)  # fmt: skip
_INVOKE = "bedrock:InvokeModel"


def admit(site: Site, call: Call, job: Evaluation) -> None:
    """Check everything about a request but its name.

    Raises:
        Fault: The first thing that is wrong.
    """
    require_kind(call.parameters)
    _require_quota(site)
    _require_metrics(job)
    _require_role(site, call, job)
    key = call.parameters.get("customerEncryptionKeyId")
    if key:
        encryption.require_usable_key(site, call, key)
    _require_models(site, job)
    _require_storage(site, job)


def require_kind(parameters: Mapping[str, Any]) -> None:
    """Refuse what the embedded AWS does not evaluate: people, retrieval, and metrics without a judge.

    Raises:
        Fault: `ValidationException`.
    """
    automated = parameters["evaluationConfig"].get("automated")
    models = parameters["inferenceConfig"].get("models", [])
    if automated is None or parameters.get("applicationType", "ModelEvaluation") != "ModelEvaluation" or not models:
        raise validation("The embedded AWS evaluates models, and with a model that grades: no people, no retrieval.")
    if "evaluatorModelConfig" not in automated:
        raise validation("evaluationConfig.automated must have an evaluatorModelConfig: the model that grades.")
    if len(models) != 1:
        raise validation(f"An automated evaluation job takes one model, received {len(models)}.")


def require_free_name(site: Site, parameters: Mapping[str, Any]) -> None:
    """Refuse a name that was used before ("must be unique within your AWS Region": User Guide, same chapter).

    Raises:
        Fault: `ConflictException`.
    """
    if parameters["jobName"] in site.store.evaluation_names:
        raise conflict(f"The evaluation job name {parameters['jobName']} is already in use.")


def dataset_location(dataset: Mapping[str, Any]) -> Location:
    """Where a dataset lies.

    Raises:
        Fault: `ValidationException`; datasets that come with the service are not part of the embedded AWS.
    """
    uri: str | None = dataset.get("datasetLocation", {}).get("s3Uri")
    if uri is None:
        raise validation(f"The dataset {dataset['name']} must have a datasetLocation.")
    return Location.parse(uri)


def session_of(job_arn: str) -> str:
    """Name of the STS session in which a job works."""
    return f"bedrock-{short_id(job_arn)}"


def results_of(job: Evaluation) -> Location:
    """Where the files of a job lie. Source: User Guide, "Understand how the results ... are saved in Amazon S3"."""
    return Location.parse(job.request["outputDataConfig"]["s3Uri"]).below(job.name)


def _require_quota(site: Site) -> None:
    unfinished = sum(job.status in UNFINISHED for job in site.store.evaluations.values())
    if unfinished >= site.quotas.evaluation_jobs:
        raise quota_exceeded(
            f"You have reached the maximum number of evaluation jobs in progress ({site.quotas.evaluation_jobs})."
        )


def _require_metrics(job: Evaluation) -> None:
    automated = job.request["evaluationConfig"]["automated"]
    custom = automated.get("customMetricConfig", {}).get("customMetrics", [])
    known = BUILT_IN | {metric["customMetricDefinition"]["name"] for metric in custom}
    for config in job.datasets:
        for name in config["metricNames"]:
            if name not in known:
                raise validation(f"The metric {name} is not known. Known are {', '.join(sorted(known))}.")


def _require_role(site: Site, call: Call, job: Evaluation) -> None:
    role_arn = call.parameters["roleArn"]
    site.neighbours.require_pass_role(call.headers, role_arn, job.arn)
    if not site.neighbours.may_assume(role_arn, {"aws:SourceAccount": site.account, "aws:SourceArn": job.arn}):
        raise validation("Could not assume provided IAM role")


def _require_models(site: Site, job: Evaluation) -> None:
    """Require that both models are there and that the role may invoke them.

    Source: User Guide, "Required service role permissions for creating a model evaluation job that uses a judge model".
    Which models can grade is a list in the chapter about the judge; here every base model of the catalog can.
    """
    judge = base_models.on_demand(job.judge)
    if judge is None:
        raise validation(f"The evaluator model {job.judge} is not supported.")
    base_models.require_alive(site, judge)
    for arn in _invoked(site, job):
        if not site.neighbours.role_may(job.request["roleArn"], session_of(job.arn), _INVOKE, arn, {}):
            raise validation(f"The role {job.request['roleArn']} is not authorized to perform {_INVOKE} on {arn}.")


def _invoked(site: Site, job: Evaluation) -> Iterator[str]:
    for model in filter(None, (job.judge, job.model)):
        known = base_models.on_demand(model)
        if known is not None:
            yield site.foundation_arn(known.inference_id)
        elif model in site.store.throughputs:
            yield model
        else:
            raise not_found(f"Could not find the model {model}.")


def _require_storage(site: Site, job: Evaluation) -> None:
    storage = site.neighbours.storage_as(job.request["roleArn"], session_of(job.arn))
    for config in job.datasets:
        location = dataset_location(config["dataset"])
        try:
            storage.read(location.bucket, location.key)
        except StorageError as error:
            raise validation(f"The role cannot read s3://{location.bucket}/{location.key}: {error}") from error
    probe = results_of(job).below(WRITE_PROBE)
    try:
        storage.write(probe.bucket, probe.key, b"")
    except StorageError as error:
        raise validation(f"The role cannot write s3://{probe.bucket}/{probe.key}: {error}") from error
