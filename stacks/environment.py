"""The stacks of one environment, directly under the app: ``cdk deploy --all -c env=dev`` must just work."""

from typing import Any

from aws_cdk import App, Environment, Stack, Tags
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_

from configuration import Selection
from configuration.models import NetworkConfiguration
from finetuning import catalog
from stacks.constructs.evaluation import AskedByEvaluations
from stacks.constructs.function_source import staged_dataset_source, staged_evaluation_source, staged_source
from stacks.constructs.job_network import JobNetwork
from stacks.constructs.promoted_model import Source
from stacks.constructs.recent_bootstrap import require_recent_bootstrap
from stacks.constructs.retention import Retention
from stacks.control_stack import ControlStack
from stacks.foundation_stack import FoundationStack
from stacks.model_stack import ModelStack


def define(app: App, selection: Selection, *, runs_here: bool) -> None:
    """Define Foundation, Control and one stack per selected model, tagged with their owner.

    Args:
        app: that the stacks belong to.
        selection: what is wanted.
        runs_here: whether functions will run on this machine, in the embedded AWS, and not on Lambda's.

    Raises:
        PackagesMissingError: set-up has not fetched what the training dataset function needs.
    """
    environment = selection.environment
    owner = {"finetuning:project": selection.project, "finetuning:environment": environment.name}
    tags = {**environment.tags, **owner}
    retention = Retention.of(environment.removal_policy, environment.log_retention_days)
    common: dict[str, Any] = {
        "tags": tags,
        "env": Environment(account=environment.account, region=environment.region),
        "termination_protection": retention.protects,
    }
    foundation = _foundation(app, selection, retention, common)
    control = _control(app, selection, foundation, retention, common, runs_here=runs_here)
    for stack in (foundation, control, *_models(app, selection, control, common)):
        require_recent_bootstrap(stack)
        for key, value in tags.items():
            Tags.of(stack).add(key, value)
        if environment.permissions_boundary is not None:
            _bound(stack, environment.permissions_boundary)


def _name(selection: Selection, stack: str) -> str:
    return f"{selection.project}-{selection.environment.name}-{stack}"


def _foundation(app: App, selection: Selection, retention: Retention, common: dict[str, Any]) -> FoundationStack:
    environment = selection.environment
    return FoundationStack(
        app,
        _name(selection, "Foundation"),
        names_prefix=_name(selection, ""),
        code=_functions_asset(),
        retention=retention,
        reserved_concurrency=environment.reserved_concurrency,
        key_arn=environment.key_arn,
        service_role_arn=environment.service_role_arn,
        network=_network(environment.network),
        manifest_readers=environment.manifest_readers,
        **common,
    )


def _control(
    app: App,
    selection: Selection,
    foundation: FoundationStack,
    retention: Retention,
    common: dict[str, Any],
    *,
    runs_here: bool,
) -> ControlStack:
    environment = selection.environment
    return ControlStack(
        app,
        _name(selection, "Control"),
        project=selection.project,
        environment=environment.name,
        day=environment.catalog_date or catalog.reviewed(),
        foundation=foundation,
        code=_functions_asset(),
        dataset_code=lambda_.Code.from_asset(staged_dataset_source(for_host=runs_here)),
        evaluation_code=lambda_.Code.from_asset(staged_evaluation_source(for_host=runs_here)),
        asked=_asked(selection),
        retention=retention,
        reserved_concurrency=environment.reserved_concurrency,
        subscribers=environment.notifications,
        sources=_sources(selection),
        **common,
    )


def _models(app: App, selection: Selection, control: ControlStack, common: dict[str, Any]) -> list[ModelStack]:
    return [
        ModelStack(
            app,
            _name(selection, f"Model-{name}"),
            model=name,
            configuration=configuration,
            environment=selection.environment,
            control=control,
            wait=selection.wait,
            project=selection.project,
            pin=selection.pins.get(name),
            **common,
        )
        for name, configuration in selection.models.items()
    ]


def _sources(selection: Selection) -> list[Source]:
    """The environments from which models are promoted to this one, each once and in a fixed order."""
    configured = selection.promotions.values()
    sources = {Source(p.source, p.manifest_key_arn, is_copied_from=p.method == "copy") for p in configured}
    return sorted(sources, key=str)


def _asked(selection: Selection) -> AskedByEvaluations:
    """The models that evaluations of this environment ask; all of its models', whichever are selected."""
    evaluations = selection.evaluations.values()
    judges = [evaluation.judge for evaluation in evaluations if evaluation.judge]
    larger = [evaluation.larger_model for evaluation in evaluations if evaluation.larger_model]
    return AskedByEvaluations(
        compared=(*larger, *(judge.model for judge in judges if judge.runs_as == "converse")),
        judges=tuple(judge.model for judge in judges if judge.runs_as == "evaluation_job"),
    )


def _network(given: NetworkConfiguration | None) -> JobNetwork | None:
    return None if given is None else JobNetwork(given.vpc_id, given.subnet_ids, given.security_group_ids)


def _bound(stack: Stack, policy_arn: str) -> None:
    """Bound every role of a stack, those that CDK makes included."""
    boundary = iam.ManagedPolicy.from_managed_policy_arn(stack, "PermissionsBoundary", policy_arn)
    iam.PermissionsBoundary.of(stack).apply(boundary)


def _functions_asset() -> lambda_.Code:
    """An asset belongs to one stack; each gets its own, of the same content."""
    return lambda_.Code.from_asset(staged_source())
