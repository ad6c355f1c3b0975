"""The stacks of one environment, directly under the app: ``cdk deploy --all -c env=dev`` must just work."""

from typing import Any

from aws_cdk import App, Environment, Tags
from aws_cdk import aws_lambda as lambda_

from configuration import Selection
from stacks.constructs.function_source import staged_dataset_source, staged_source
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
    retention = Retention.of(environment.removal_policy)
    prefix = f"{selection.project}-{environment.name}-"
    owner = {"finetuning:project": selection.project, "finetuning:environment": environment.name}
    tags = {**environment.tags, **owner}
    common: dict[str, Any] = {
        "tags": tags,
        "env": Environment(account=environment.account, region=environment.region),
        "termination_protection": retention.protects,
    }
    foundation = FoundationStack(
        app, f"{prefix}Foundation", names_prefix=prefix, code=_functions_asset(), retention=retention, **common
    )
    control = ControlStack(
        app,
        f"{prefix}Control",
        project=selection.project,
        environment=environment.name,
        foundation=foundation,
        code=_functions_asset(),
        dataset_code=lambda_.Code.from_asset(staged_dataset_source(for_host=runs_here)),
        retention=retention,
        subscribers=environment.notifications,
        **common,
    )
    models = [
        ModelStack(
            app,
            f"{prefix}Model-{name}",
            model=name,
            configuration=configuration,
            control=control,
            user_tags=dict(environment.tags),
            wait=selection.wait,
            **common,
        )
        for name, configuration in selection.models.items()
    ]
    for stack in (foundation, control, *models):
        require_recent_bootstrap(stack)
        for key, value in tags.items():
            Tags.of(stack).add(key, value)


def _functions_asset() -> lambda_.Code:
    """An asset belongs to one stack; each gets its own, of the same content."""
    return lambda_.Code.from_asset(staged_source())
