"""House defaults for a state machine that calls one function: own role, encrypted log without data, tracing."""

import json
from collections.abc import Mapping
from typing import Any

from aws_cdk import Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_logs as logs
from aws_cdk import aws_stepfunctions as sfn
from constructs import Construct

from stacks.constructs.acknowledgements import acknowledge
from stacks.constructs.runtime_function import FunctionDefaults, RuntimeFunction


def define(
    scope: Construct,
    definition: Mapping[str, Any],
    *,
    function: RuntimeFunction,
    placeholder: str,
    defaults: FunctionDefaults,
    name: str | None = None,
) -> sfn.StateMachine:
    """Define a state machine, with its role and log, inside a construct that has no other.

    Args:
        scope: the construct.
        definition: in the Amazon States Language, as plain data.
        function: that the states call.
        placeholder: what stands for the function's ARN in the definition.
        defaults: what the functions of the stack share.
        name: of the state machine, where somebody must know it before it exists; None for CloudFormation's choice.
    """
    stack = Stack.of(scope)
    role = iam.Role(
        scope,
        "Role",
        assumed_by=iam.ServicePrincipal(
            "states.amazonaws.com",
            # Source: Step Functions Developer Guide, 'Prevent cross-service confused deputy issues'.
            conditions={
                "StringEquals": {"aws:SourceAccount": stack.account},
                "ArnLike": {"aws:SourceArn": stack.format_arn(service="states", resource="stateMachine:*")},
            },
        ),
    )
    arn = function.function.function_arn
    # Not `grant_invoke`: it includes every version of the function.
    role.add_to_policy(iam.PolicyStatement(actions=["lambda:InvokeFunction"], resources=[arn]))
    log_group = logs.LogGroup(
        scope,
        "Logs",
        encryption_key=defaults.key,
        retention=defaults.retention.logs,
        removal_policy=defaults.retention.removal_policy,
    )
    acknowledge(
        role,
        {"IAM5[Resource::*]": "Log delivery and X-Ray tracing of a state machine have no resource type"},
    )
    return sfn.StateMachine(
        scope,
        "Resource",
        state_machine_name=name,
        definition_body=sfn.DefinitionBody.from_string(json.dumps(definition, sort_keys=True)),
        definition_substitutions={placeholder: arn},
        role=role,
        tracing_enabled=True,
        logs=sfn.LogOptions(destination=log_group, level=sfn.LogLevel.ALL, include_execution_data=False),
    )
