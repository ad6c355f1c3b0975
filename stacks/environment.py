"""The stacks of one environment, directly under the app: ``cdk deploy --all -c env=dev`` must just work."""

from typing import Any

from aws_cdk import App, Environment, Stack, Tags
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_

from configuration import Selection
from configuration.models import NetworkConfiguration
from finetuning import catalog
from stacks.constructs.function_source import staged_dataset_source, staged_source
from stacks.constructs.job_network import JobNetwork
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
    retention = Retention.of(environment.removal_policy, environment.log_retention_days)
    prefix = f"{selection.project}-{environment.name}-"
    owner = {"finetuning:project": selection.project, "finetuning:environment": environment.name}
    tags = {**environment.tags, **owner}
    common: dict[str, Any] = {
        "tags": tags,
        "env": Environment(account=environment.account, region=environment.region),
        "termination_protection": retention.protects,
    }
    foundation = FoundationStack(
        app,
        f"{prefix}Foundation",
        names_prefix=prefix,
        code=_functions_asset(),
        retention=retention,
        reserved_concurrency=environment.reserved_concurrency,
        key_arn=environment.key_arn,
        service_role_arn=environment.service_role_arn,
        network=_network(environment.network),
        **common,
    )
    control = ControlStack(
        app,
        f"{prefix}Control",
        project=selection.project,
        environment=environment.name,
        day=environment.catalog_date or catalog.reviewed(),
        foundation=foundation,
        code=_functions_asset(),
        dataset_code=lambda_.Code.from_asset(staged_dataset_source(for_host=runs_here)),
        retention=retention,
        reserved_concurrency=environment.reserved_concurrency,
        subscribers=environment.notifications,
        **common,
    )
    models = [
        ModelStack(
            app,
            f"{prefix}Model-{name}",
            model=name,
            configuration=configuration,
            environment=environment,
            control=control,
            wait=selection.wait,
            **common,
        )
        for name, configuration in selection.models.items()
    ]
    for stack in (foundation, control, *models):
        require_recent_bootstrap(stack)
        for key, value in tags.items():
            Tags.of(stack).add(key, value)
        if environment.permissions_boundary is not None:
            _bound(stack, environment.permissions_boundary)


def _network(given: NetworkConfiguration | None) -> JobNetwork | None:
    return None if given is None else JobNetwork(given.vpc_id, given.subnet_ids, given.security_group_ids)


def _bound(stack: Stack, policy_arn: str) -> None:
    """Bound every role of a stack, those that CDK makes included."""
    boundary = iam.ManagedPolicy.from_managed_policy_arn(stack, "PermissionsBoundary", policy_arn)
    iam.PermissionsBoundary.of(stack).apply(boundary)


def _functions_asset() -> lambda_.Code:
    """An asset belongs to one stack; each gets its own, of the same content."""
    return lambda_.Code.from_asset(staged_source())
