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

#: Of a fingerprint or a SHA-256, in hex; names have the first of them.
DIGITS = re.compile(r"[0-9a-f]{10,64}", re.ASCII)
#: `finetuning.lifecycle.evaluating` makes them of digests.
EVALUATION = re.compile(r"[0-9a-z][0-9a-z-]{0,31}", re.ASCII)
_GENERATION = re.compile(r"(?P<fingerprint>[0-9a-f]{10})-(?P<attempt>[1-9][0-9]?)", re.ASCII)


class InvalidNameError(FineTuningError, ValueError):
    """A part of a name that would make the name illegal."""


def prefix(project: str, environment: str, model: str) -> str:
    """Return the common beginning of all names of one model, ``<project>-<environment>-<model>``."""
    require("project", project, PROJECT)
    require("environment", environment, ENVIRONMENT)
    require("model", model, MODEL)
    return f"{project}-{environment}-{model}"


def generation_id(fingerprint: str, attempt: int) -> str:
    """Return ``<first 10 digits of the training fingerprint>-<attempt>``; attempts count from 1 to 99."""
    require("fingerprint", fingerprint, DIGITS)
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
    require("endpoint fingerprint", endpoint_fingerprint, DIGITS)
    return f"{prefix(project, environment, model)}-{endpoint_fingerprint[:8]}-{_attempt(attempt)}"


def execution_name(model: str, generation: str, driver_attempt: int) -> str:
    """Return the name of the driver's execution; each restart of the same generation counts one up from 1."""
    require("model", model, MODEL)
    parse_generation(generation)
    if not 1 <= driver_attempt < 10**9:
        raise InvalidNameError(f"driver attempt must be from 1 to 999999999, got {driver_attempt}")
    return f"{model}-{generation}-{driver_attempt}"


def evaluation_execution(model: str, generation: str, evaluation: str, attempt: int = 1) -> str:
    """Return the name of the execution that runs one evaluation of one training generation, for the nth time."""
    require("model", model, MODEL)
    require("evaluation", evaluation, EVALUATION)
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
    require("project", project, PROJECT)
    require("environment", environment, ENVIRONMENT)
    return f"{project}-{environment}-"


def pointer_parameter(project: str, environment: str, model: str) -> str:
    """Return the SSM parameter whose value is the model's endpoint ARN, usable as ``modelId``."""
    prefix(project, environment, model)
    return f"/{project}/{environment}/{model}/endpoint"


def manifest_alias(project: str, environment: str) -> str:
    """Return the alias of the KMS key with which an environment signs its manifests."""
    return f"alias/{job_name_prefix(project, environment)}manifest"


def judge_job(environment: str, generation: str, evaluation: str, subject: str, attempt: int = 1) -> str:
    """Return the name of the Bedrock evaluation job that grades one subject's answers: lower case, words and hyphens.

    Source: Bedrock API reference, CreateEvaluationJob, ``jobName``; with the project and the model, it would be longer
    than the 63 characters of it.
    """
    require("environment", environment, ENVIRONMENT)
    require("evaluation", evaluation, EVALUATION)
    parse_generation(generation)
    name = f"{environment}-{generation}-{evaluation[:16]}-{subject}-{_attempt(attempt)}"
    require("evaluation job", name, BEDROCK_EVALUATION_JOB_NAME)
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
    require("environment", environment, ENVIRONMENT)
    return f"{HOLD_TAG_PREFIX}{environment}"


def hold_value(project: str, model: str) -> str:
    """Return the value of a hold tag: which use case of which project needs the custom model."""
    require("project", project, PROJECT)
    require("model", model, MODEL)
    return f"{project}/{model}"


def _attempt(attempt: int) -> int:
    if not 1 <= attempt <= MAX_ATTEMPT:
        raise InvalidNameError(
            f"attempt must be from 1 to {MAX_ATTEMPT}, got {attempt}; change the configuration to begin anew"
        )
    return attempt


def require(what: str, value: str, pattern: re.Pattern[str]) -> None:
    """Refuse a part of a name that does not match.

    Raises:
        InvalidNameError: it says which part, and what it has to match.
    """
    if not pattern.fullmatch(value):
        raise InvalidNameError(f"{what} must match {pattern.pattern}, got {value!r}")
