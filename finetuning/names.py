"""How everything this project creates is called: names derive from what is wanted, never from time or chance.

Two runs that want the same thing therefore arrive at the same names, and a repeated call cannot create a second one.
The parts are short enough that every name fits Bedrock's 63 characters.
"""

import re

from finetuning.errors import FineTuningError

WORD = r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*"

#: The project: at most 16 characters, words joined by single hyphens (Bedrock refuses two separators in a row). It
#: begins the pointer's name, and Parameter Store keeps ``aws`` and ``ssm`` for itself. Source: Systems Manager User
#: Guide, 'Understanding parameter name requirements and constraints', prefixes.
PROJECT = re.compile(rf"(?!aws|ssm)(?=.{{1,16}}\Z){WORD}", re.ASCII)
#: The environment: at most 10 characters and no hyphen, so that a name can be taken apart again.
ENVIRONMENT = re.compile(r"[a-z][a-z0-9]{0,9}", re.ASCII)
#: The model (a use case): 2 to 18 characters, words joined by single hyphens.
MODEL = re.compile(rf"(?=.{{2,18}}\Z){WORD}", re.ASCII)

#: Source: Bedrock API reference, CreateModelCustomizationJob, ``jobName``. The published pattern
#: ``[a-zA-Z0-9](-*[a-zA-Z0-9\+\-\.])*`` accepts the same words but takes exponential time on some that it refuses.
BEDROCK_JOB_NAME = re.compile(r"(?=.{1,63}\Z)[a-zA-Z0-9][a-zA-Z0-9+.-]*", re.ASCII)
#: Source: Bedrock API reference, CreateModelCustomizationJob, ``customModelName``; ``provisionedModelName`` and
#: ``modelDeploymentName`` have the same pattern.
BEDROCK_CUSTOM_MODEL_NAME = re.compile(r"(?=.{1,63}\Z)(?:[0-9a-zA-Z][_-]?){1,63}", re.ASCII)
BEDROCK_ENDPOINT_NAME = BEDROCK_CUSTOM_MODEL_NAME
#: Source: Bedrock API reference, CreateEvaluationJob, ``jobName``, ``[a-z0-9](-*[a-z0-9]){0,62}``.
BEDROCK_EVALUATION_JOB_NAME = re.compile(r"(?=.{1,63}\Z)[a-z0-9](?:[a-z0-9-]*[a-z0-9])?", re.ASCII)
#: Source: Bedrock API reference, data type TrainingDataConfig, ``s3Uri`` (no spaces, no ``=``, no ``//`` in the key).
BEDROCK_S3_URI = re.compile(
    r"(?=.{1,1024}\Z)s3://[a-z0-9][-.a-z0-9]{1,61}[a-z0-9](?:/[-!_*'().a-z0-9A-Z]+(?:/[-!_*'().a-z0-9A-Z]+)*)?/?",
    re.ASCII,
)
#: Source: Step Functions API reference, StartExecution, ``name`` (a subset that is also printable everywhere).
EXECUTION_NAME = re.compile(r"[A-Za-z0-9_-]{1,80}", re.ASCII)

#: The tags that say who owns something; IAM policies and the sweep read them.
OWNER_TAG_PREFIX = "finetuning:"
PROJECT_TAG = f"{OWNER_TAG_PREFIX}project"
ENVIRONMENT_TAG = f"{OWNER_TAG_PREFIX}environment"
MODEL_TAG = f"{OWNER_TAG_PREFIX}model"
GENERATION_TAG = f"{OWNER_TAG_PREFIX}generation"
#: Followed by the name of the environment that needs the custom model.
HOLD_TAG_PREFIX = f"{OWNER_TAG_PREFIX}hold-"

MAX_ATTEMPT = 99
SPLITS = ("training", "validation", "test")

_FINGERPRINT = re.compile(r"[0-9a-f]{10,64}", re.ASCII)
#: CloudFormation's are UUIDs.
_REQUEST_ID = re.compile(r"[A-Za-z0-9-]{1,64}", re.ASCII)
#: `finetuning.lifecycle.evaluating` makes them of digests.
_EVALUATION = re.compile(r"[0-9a-z][0-9a-z-]{0,31}", re.ASCII)
_EXTENSION = re.compile(r"[A-Za-z0-9]{1,8}", re.ASCII)
_GENERATION = re.compile(r"(?P<fingerprint>[0-9a-f]{10})-(?P<attempt>[1-9][0-9]?)", re.ASCII)


class InvalidNameError(FineTuningError, ValueError):
    """A part of a name that would make the name illegal."""


def prefix(project: str, environment: str, model: str) -> str:
    """Return the common beginning of all names of one model, ``<project>-<environment>-<model>``."""
    _require("project", project, PROJECT)
    _require("environment", environment, ENVIRONMENT)
    _require("model", model, MODEL)
    return f"{project}-{environment}-{model}"


def generation_id(fingerprint: str, attempt: int) -> str:
    """Return ``<first 10 digits of the training fingerprint>-<attempt>``; attempts count from 1 to 99."""
    _require("fingerprint", fingerprint, _FINGERPRINT)
    return f"{fingerprint[:10]}-{_attempt(attempt)}"


def parse_generation(generation: str) -> tuple[str, int]:
    """Return the 10 digits of the fingerprint and the attempt that a generation id is made of."""
    match = _GENERATION.fullmatch(generation)
    if match is None:
        raise InvalidNameError(f"generation must look like '0123456789-1', got {generation!r}")
    return match["fingerprint"], int(match["attempt"])


def job_name(project: str, environment: str, model: str, fingerprint: str, attempt: int) -> str:
    """Return the customization job's name, unique forever because Bedrock never deletes a job's record."""
    return f"{prefix(project, environment, model)}-{generation_id(fingerprint, attempt)}"


def custom_model_name(project: str, environment: str, model: str, fingerprint: str, attempt: int) -> str:
    """Return the custom model's name, which is its job's name."""
    return job_name(project, environment, model, fingerprint, attempt)


def endpoint_name(project: str, environment: str, model: str, endpoint_fingerprint: str, attempt: int) -> str:
    """Return the name of the provisioned throughput or custom model deployment that serves a model."""
    _require("endpoint fingerprint", endpoint_fingerprint, _FINGERPRINT)
    return f"{prefix(project, environment, model)}-{endpoint_fingerprint[:8]}-{_attempt(attempt)}"


def execution_name(model: str, generation: str, driver_attempt: int) -> str:
    """Return the name of the driver's execution; each restart of the same generation counts one up from 1."""
    _require("model", model, MODEL)
    parse_generation(generation)
    if not 1 <= driver_attempt < 10**9:
        raise InvalidNameError(f"driver attempt must be from 1 to 999999999, got {driver_attempt}")
    return f"{model}-{generation}-{driver_attempt}"


def evaluation_execution(model: str, generation: str, evaluation: str, attempt: int = 1) -> str:
    """Return the name of the execution that runs one evaluation of one training generation, for the nth time."""
    _require("model", model, MODEL)
    _require("evaluation", evaluation, _EVALUATION)
    parse_generation(generation)
    return f"{model}-{generation}-evaluation-{evaluation}-{_attempt(attempt)}"


def model_of_job(project: str, environment: str, job_name: str) -> str | None:
    """Return the model whose job has this name, or None if it is no job of this project and environment.

    A project called ``a-b`` and a project called ``a`` with an environment ``b`` share a beginning: before acting on
    somebody's job, compare the owner tags too.
    """
    beginning = f"{project}-{environment}-"
    if not job_name.startswith(beginning):
        return None
    words = job_name[len(beginning) :].rsplit("-", 2)
    if len(words) != 3 or not MODEL.fullmatch(words[0]) or not _GENERATION.fullmatch("-".join(words[1:])):
        return None
    return words[0]


def job_name_prefix(project: str, environment: str) -> str:
    """Return what the names of all jobs of an environment begin with, for event patterns and list filters."""
    _require("project", project, PROJECT)
    _require("environment", environment, ENVIRONMENT)
    return f"{project}-{environment}-"


def pointer_parameter(project: str, environment: str, model: str) -> str:
    """Return the SSM parameter whose value is the model's endpoint ARN, usable as ``modelId``."""
    prefix(project, environment, model)
    return f"/{project}/{environment}/{model}/endpoint"


def dataset_key(model: str, digest: str, split: str) -> str:
    """Return the data bucket's key of a staged dataset file; the digest is the SHA-256 of its bytes in hex."""
    _require("model", model, MODEL)
    _require("digest", digest, _FINGERPRINT)
    _require_split(split)
    return f"datasets/{model}/{digest}/{split}.jsonl"


def media_key(model: str, digest: str, extension: str) -> str:
    """Return the data bucket's key of an image or a video; the digest is that of its origin and its ETag."""
    _require("model", model, MODEL)
    _require("digest", digest, _FINGERPRINT)
    _require("extension", extension, _EXTENSION)
    return f"datasets/{model}/media/{digest}.{extension}"


def incoming_key(model: str, request_id: str, split: str) -> str:
    """Return the data bucket's key of a dataset file that is still being checked, for one request."""
    _require("model", model, MODEL)
    _require("request id", request_id, _REQUEST_ID)
    _require_split(split)
    return f"incoming/{model}/{request_id}/{split}.jsonl"


def report_key(model: str, digest: str, file: str) -> str:
    """Return the data bucket's key of a file of a dataset report; the digest is that of the report's findings."""
    _require("model", model, MODEL)
    _require("digest", digest, _FINGERPRINT)
    return f"reports/{model}/{digest[:16]}/{file}"


def upload_key(model: str, digest: str, file: str) -> str:
    """Return the data bucket's key of a file that an operator pushed, by its SHA-256.

    The digest keeps two contents apart: one key for both would let the bucket's lifecycle rule for earlier versions
    take away what a configuration still pins.
    """
    _require("model", model, MODEL)
    _require("digest", digest, _FINGERPRINT)
    return f"uploads/{model}/{digest[:16]}/{file}"


def manifest_alias(project: str, environment: str) -> str:
    """Return the alias of the KMS key with which an environment signs its manifests."""
    return f"alias/{job_name_prefix(project, environment)}manifest"


def manifest_key(model: str, digest: str) -> str:
    """Return the output bucket's key of a manifest, by the SHA-256 of its bytes."""
    _require("model", model, MODEL)
    _require("digest", digest, _FINGERPRINT)
    return f"manifests/{model}/{digest}.json"


def manifest_signature_key(model: str, digest: str) -> str:
    """Return the output bucket's key of a manifest's signature."""
    return f"{manifest_key(model, digest).removesuffix('.json')}.signature.json"


def output_uri(bucket: str, model: str, generation: str) -> str:
    """Return the S3 URI under which Bedrock writes the metrics of one generation."""
    _require("model", model, MODEL)
    parse_generation(generation)
    uri = f"s3://{bucket}/outputs/{model}/{generation}/"
    _require("output URI", uri, BEDROCK_S3_URI)
    return uri


def evaluation_key(model: str, generation: str, evaluation: str, file: str) -> str:
    """Return the output bucket's key of a file of one evaluation, such as ``evaluation.json``."""
    _require("model", model, MODEL)
    _require("evaluation", evaluation, _EVALUATION)
    parse_generation(generation)
    return f"evaluations/{model}/{generation}/{evaluation}/{file}"


def answers_key(model: str, test_digest: str, subject_key: str, batch: int) -> str:
    """Return the output bucket's key of a batch of saved answers, or grades, to a test dataset.

    They are kept by what was asked and who answered, so that every evaluation that asks the same finds them.
    """
    _require("model", model, MODEL)
    _require("test digest", test_digest, _FINGERPRINT)
    _require("subject key", subject_key, _FINGERPRINT)
    if not 0 <= batch < 10**4:
        raise InvalidNameError(f"batch must be from 0 to 9999, got {batch}")
    return f"evaluations/{model}/answers/{test_digest[:16]}/{subject_key[:16]}/{batch:04d}.jsonl"


def judge_job(environment: str, generation: str, evaluation: str, subject: str, attempt: int = 1) -> str:
    """Return the name of the Bedrock evaluation job that grades one subject's answers: lower case, words and hyphens.

    Source: Bedrock API reference, CreateEvaluationJob, ``jobName``; with the project and the model, it would be longer
    than the 63 characters of it.
    """
    _require("environment", environment, ENVIRONMENT)
    _require("evaluation", evaluation, _EVALUATION)
    parse_generation(generation)
    name = f"{environment}-{generation}-{evaluation[:16]}-{subject}-{_attempt(attempt)}"
    _require("evaluation job", name, BEDROCK_EVALUATION_JOB_NAME)
    return name


def owner_tags(project: str, environment: str, model: str, generation: str) -> dict[str, str]:
    """Return the tags that say who owns a job, a custom model or an endpoint; they win over a user's tags."""
    return {
        PROJECT_TAG: project,
        ENVIRONMENT_TAG: environment,
        MODEL_TAG: model,
        GENERATION_TAG: generation,
    }


def hold_tag(environment: str) -> str:
    """Return the key of the tag on a custom model that says that another environment needs it."""
    _require("environment", environment, ENVIRONMENT)
    return f"{HOLD_TAG_PREFIX}{environment}"


def hold_value(project: str, model: str) -> str:
    """Return the value of a hold tag: which use case of which project needs the custom model."""
    _require("project", project, PROJECT)
    _require("model", model, MODEL)
    return f"{project}/{model}"


def _require_split(split: str) -> None:
    if split not in SPLITS:
        raise InvalidNameError(f"split must be one of {', '.join(SPLITS)}, got {split!r}")


def _attempt(attempt: int) -> int:
    if not 1 <= attempt <= MAX_ATTEMPT:
        raise InvalidNameError(
            f"attempt must be from 1 to {MAX_ATTEMPT}, got {attempt}; change the configuration to begin anew"
        )
    return attempt


def _require(what: str, value: str, pattern: re.Pattern[str]) -> None:
    if not pattern.fullmatch(value):
        raise InvalidNameError(f"{what} must match {pattern.pattern}, got {value!r}")
