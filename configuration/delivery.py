"""What the Delivery stack is made of: its section of ``cdk.json``, and what it must know of the environments."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from configuration import choice, messages, placeholders
from configuration.errors import ConfigurationError
from configuration.rules import delivery_rules
from configuration.rules.delivery_rules import Surroundings
from configuration.salvaging import salvage
from configuration.sections.delivery import DeliveryConfiguration
from finetuning.problems import Problem

#: All of its roles and policies are below this path, which nothing that CI deploys may touch.
PATH = "/delivery/"
_SECTION = "delivery"
#: What is chosen for one run: another account has a Delivery stack of its own, of the same section.
_CHANGES = ("account", "region")


@dataclass(frozen=True)
class DeliveredEnvironment:
    """What is known of an environment before anything of it is deployed.

    Attributes:
        key_arn: its key, if it is given one; None if it makes one, which has the owner tags.
        service_role_arn: the role that Bedrock assumes, if it is given one.
        grader_arns: of the functions that it calls while it trains models.
        is_bounded: whether its roles have the boundary.
    """

    name: str
    key_arn: str | None = None
    service_role_arn: str | None = None
    grader_arns: tuple[str, ...] = ()
    is_bounded: bool = False


@dataclass(frozen=True)
class Delivery:
    """What is deployed once per account.

    Attributes:
        environments: that are in the account and Region, or those of them that the section lists.
        boundary_arn: of the policy that bounds the environments' roles, whoever makes it.
    """

    project: str
    configuration: DeliveryConfiguration
    environments: tuple[DeliveredEnvironment, ...]
    boundary_arn: str


def load(context: Mapping[str, object], endpoint_url: str | None) -> Delivery:
    """Return what the context asks for.

    Args:
        context: of the CDK app: ``project``, ``environments`` and ``delivery`` from ``cdk.json``, and
            ``-c delivery.account=`` and ``-c delivery.region=``.
        endpoint_url: AWS_ENDPOINT_URL, which must be on this machine for the embedded AWS's account.

    Raises:
        ConfigurationError: with all problems.
    """
    raw = _section(context)
    found = [*_project_problems(context.get("project")), *_placeholders(raw)]
    told = {problem.path for problem in found}
    try:
        section = DeliveryConfiguration.model_validate(raw)
    except ValidationError as error:
        said = messages.problems(DeliveryConfiguration, error, _SECTION)
        found += [problem for problem in said if problem.path not in told]
        section = salvage(DeliveryConfiguration, raw)
    surroundings = _surroundings(context, section, endpoint_url)
    found += delivery_rules.problems(section, surroundings)
    if found:
        raise ConfigurationError(list(dict.fromkeys(found)))
    return Delivery(
        str(context["project"]),
        section,
        tuple(_environment(name, surroundings) for name in surroundings.delivered(section)),
        surroundings.boundary_arn,
    )


def ci_role_arn(project: str, environment: str, account: str, partition: str = "aws") -> str:
    """Return the ARN of the role that an environment's workflows assume."""
    return _role_arn(ci_role_name(project, environment), account, partition)


def plan_role_arn(project: str, account: str, partition: str = "aws") -> str:
    """Return the ARN of the read-only role that pull requests assume."""
    return _role_arn(plan_role_name(project), account, partition)


def invoke_role_arn(project: str, environment: str, account: str, partition: str = "aws") -> str:
    """Return the ARN of the role that workload accounts assume to invoke an environment's models."""
    return _role_arn(invoke_role_name(project, environment), account, partition)


def boundary_arn(project: str, account: str, partition: str = "aws") -> str:
    """Return the ARN of the permissions boundary that the Delivery stack makes."""
    return f"arn:{partition}:iam::{account}:policy{PATH}{boundary_name(project)}"


def ci_role_name(project: str, environment: str) -> str:
    """Return its name."""
    return f"{project}-{environment}-ci"


def plan_role_name(project: str) -> str:
    """Return its name."""
    return f"{project}-plan"


def invoke_role_name(project: str, environment: str) -> str:
    """Return its name."""
    return f"{project}-{environment}-invoke"


def boundary_name(project: str) -> str:
    """Return its name."""
    return f"{project}-boundary"


def _role_arn(name: str, account: str, partition: str) -> str:
    return f"arn:{partition}:iam::{account}:role{PATH}{name}"


def _section(context: Mapping[str, object]) -> Mapping[str, Any]:
    raw = context.get(_SECTION)
    if not isinstance(raw, Mapping):
        received = "the context has none" if raw is None else f"must be an object, got {messages.shown(raw)}"
        fix = "write it into context of cdk.json as docs/delivery.md shows"
        raise ConfigurationError([Problem(_SECTION, received, fix)])
    changes = {name: context[f"{_SECTION}.{name}"] for name in _CHANGES if f"{_SECTION}.{name}" in context}
    return {**raw, **changes}


def _placeholders(raw: Mapping[str, Any]) -> Iterator[Problem]:
    for keys, value in placeholders.within(raw):
        yield Problem(".".join([_SECTION, *keys]), f"is the placeholder {value!r}", "write it into cdk.json")


def _project_problems(project: object) -> Iterator[Problem]:
    yield from choice.name_problems(project, "any", {}, "environments")


def _surroundings(
    context: Mapping[str, object], section: DeliveryConfiguration, endpoint_url: str | None
) -> Surroundings:
    environments = context.get("environments")
    known = environments if isinstance(environments, Mapping) else {}
    partition = _partition(section.region)
    return Surroundings(
        environments={name: raw for name, raw in known.items() if isinstance(raw, Mapping)},
        boundary_arn=section.permissions_boundary
        or boundary_arn(str(context.get("project", "")), section.account, partition),
        qualifier=str(context.get("@aws-cdk/core:bootstrapQualifier", delivery_rules.DEFAULT_QUALIFIER)),
        endpoint_url=endpoint_url,
    )


def _environment(name: str, surroundings: Surroundings) -> DeliveredEnvironment:
    raw = surroundings.environments[name]
    return DeliveredEnvironment(
        name,
        key_arn=raw.get("key_arn"),
        service_role_arn=raw.get("service_role_arn"),
        grader_arns=tuple(_graders(raw)),
        is_bounded=raw.get("permissions_boundary") == surroundings.boundary_arn,
    )


def _graders(environment: Mapping[str, Any]) -> Iterator[str]:
    """Whoever deploys an environment is told what is wrong with it; here, what is no such thing is passed over."""
    for model in _mapping(environment, "models").values():
        arn = _mapping(_mapping(model, "training"), "reward").get("function_arn")
        if isinstance(arn, str):
            yield arn


def _mapping(given: object, key: str) -> Mapping[str, Any]:
    found = given.get(key) if isinstance(given, Mapping) else None
    return found if isinstance(found, Mapping) else {}


def _partition(region: str) -> str:
    """Source: AWS General Reference, 'Amazon Resource Names (ARNs)', partitions."""
    return {"cn": "aws-cn", "us-gov": "aws-us-gov"}.get(region.rpartition("-")[0].rpartition("-")[0], "aws")
