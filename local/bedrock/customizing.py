"""What CreateModelCustomizationJob checks of a customization type, and what a job of that type learns from.

That a distillation needs its teacher and a reinforcement fine-tuning its grader, and that the role must be allowed to
call them, is documented (Bedrock API reference, CustomizationConfig; User Guide, "Model customization access and
security"). When Bedrock checks it is not: that the role's rights are checked before the job is accepted is our choice,
and so are the texts.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from finetuning import teachers
from local.bedrock import grading, hyperparameters, teaching
from local.bedrock.bases import Base
from local.bedrock.datasets import Record
from local.bedrock.learner import Example, Plan
from local.bedrock.protocol.faults import validation
from local.bedrock.records import Job, customization_type
from local.bedrock.site import Site
from local.bedrock.store import short_id

#: The part of `customizationConfig` that each type needs; the other types have none.
_CONFIG = {"DISTILLATION": "distillationConfig", "REINFORCEMENT_FINE_TUNING": "rftConfig"}
#: Ours, where Bedrock chooses: none is documented.
_OWN_PLAN = Plan(epochs=5, batch_size=8)


def complete(parameters: Mapping[str, Any], base: Base, has_validation: bool) -> dict[str, str]:
    """The request's `hyperParameters`, checked and completed as GetModelCustomizationJob shows them.

    Raises:
        Fault: `ValidationException`.
    """
    given, wanted = parameters.get("hyperParameters", {}), customization_type(parameters)
    if wanted == "REINFORCEMENT_FINE_TUNING" and given:
        raise validation("hyperParameters of REINFORCEMENT_FINE_TUNING must be given in customizationConfig.rftConfig.")
    if wanted in _CONFIG:
        return dict(given)
    return hyperparameters.complete(given, base.model, has_validation)


def require_config(site: Site, parameters: Mapping[str, Any], base: Base, job_arn: str) -> None:
    """Require the `customizationConfig` of the type, and that the role may call whom it names.

    Raises:
        Fault: `ValidationException`.
    """
    wanted, config = customization_type(parameters), parameters.get("customizationConfig", {})
    needed = _CONFIG.get(wanted)
    for name in config:
        if name != needed:
            raise validation(f"customizationConfig.{name} is not supported for customization type {wanted}.")
    if needed is None:
        return
    if needed not in config:
        raise validation(f"customizationConfig.{needed} is required for customization type {wanted}.")
    role, session = parameters["roleArn"], f"bedrock-{short_id(job_arn)}"
    if wanted == "DISTILLATION":
        identifier = config[needed]["teacherModelConfig"]["teacherModelIdentifier"]
        named = teachers.of(base.model, identifier)
        problems = list(teachers.problems(base.model, identifier, site.region, site.account, site.today, "teacher"))
        if problems:
            raise validation("; ".join(problem.message for problem in problems))
        teaching.require_right(site, role, session, named)
    else:
        grading.require_right(site, role, session, config[needed])


def examples(site: Site, job: Job, records: Sequence[Record]) -> list[Example]:
    """What a job's model learns: the answers that are given, those of the teacher, or those that a grader prefers.

    Raises:
        JobFailedError: The grader cannot be called or does not answer as it must.
    """
    config = job.request.get("customizationConfig", {})
    if "distillationConfig" in config:
        return teaching.taught(records, config["distillationConfig"]["teacherModelConfig"])
    if "rftConfig" in config:
        return grading.rewarded(site, job, records, config["rftConfig"])
    return [record.example for record in records]


def plan(job: Job, base: Base, has_validation: bool) -> Plan:
    """How a job trains."""
    config = job.request.get("customizationConfig", {})
    if "rftConfig" in config:
        given = config["rftConfig"].get("hyperParameters", {})
        return Plan(epochs=given.get("epochCount", _OWN_PLAN.epochs), batch_size=given.get("batchSize", 16))
    if "distillationConfig" in config:
        return _OWN_PLAN
    return hyperparameters.plan(job.request["hyperParameters"], base.model, has_validation)
