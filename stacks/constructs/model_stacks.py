"""The stacks of the models, seen from the functions that they call."""

from collections.abc import Sequence

from aws_cdk import Stack
from aws_cdk import aws_iam as iam

from stacks.constructs.acknowledgements import acknowledge
from stacks.constructs.runtime_function import RuntimeFunction


def let_use_model_stacks(function: RuntimeFunction, project: str, environment: str, operations: Sequence[str]) -> None:
    """Let a function call CloudFormation about the environment's model stacks.

    Args:
        function: that calls.
        project: first part of the stacks' names.
        environment: second part of the stacks' names.
        operations: of CloudFormation.
    """
    name = f"{project}-{environment}-Model-*/*"
    stacks = Stack.of(function).format_arn(service="cloudformation", resource="stack", resource_name=name)
    actions = [f"cloudformation:{operation}" for operation in operations]
    function.grant(iam.PolicyStatement(actions=actions, resources=[stacks]))
    reason = "One stack per model, and models come and go without the Control stack"
    acknowledge(function.role, {f"IAM5[Resource::{stacks}]": reason})
