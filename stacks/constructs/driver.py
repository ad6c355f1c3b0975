"""The lifecycle driver: a state machine per environment, an execution per model and generation."""

import json
from collections.abc import Mapping

from aws_cdk import Duration, Stack
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_iam as iam
from aws_cdk import aws_logs as logs
from aws_cdk import aws_stepfunctions as sfn
from constructs import Construct

from stacks.constructs import driver_definition, key_access, registry_access
from stacks.constructs.acknowledgements import acknowledge
from stacks.constructs.bedrock_access import KINDS, BedrockAccess
from stacks.constructs.model_stacks import let_use_model_stacks
from stacks.constructs.notices import Notices
from stacks.constructs.runtime_function import FunctionDefaults, RuntimeFunction


class Driver(Construct):
    """Defines the driver function, which alone buys and deletes, and the state machine that calls it."""

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        defaults: FunctionDefaults,
        environment: Mapping[str, str],
        bedrock: BedrockAccess,
        service_role: iam.IRole,
        registry: dynamodb.ITable,
        notices: Notices,
    ) -> None:
        """Define the driver.

        Args:
            scope: the stack.
            id_: construct id.
            defaults: what all functions of the stack share.
            environment: the function's variables.
            bedrock: rights in Bedrock.
            service_role: that the jobs run as.
            registry: where the driver reads what is wanted and writes what it did.
            notices: for what people must know.
        """
        super().__init__(scope, id_)
        self._defaults = defaults
        self.function = RuntimeFunction(
            self,
            "Function",
            feature="driver",
            defaults=defaults,
            timeout=Duration.seconds(120),
            environment={**environment, **notices.variable},
            is_invoked_synchronously=True,
        )
        self._grant(bedrock, service_role, registry)
        notices.let_publish(self.function)
        self.state_machine = self._state_machine()

    def let_start(self, function: RuntimeFunction) -> None:
        """Let a function start executions."""
        function.grant(
            iam.PolicyStatement(actions=["states:StartExecution"], resources=[self.state_machine.state_machine_arn])
        )

    def let_observe(self, function: RuntimeFunction) -> None:
        """Let a function see how executions ended."""
        name = self.state_machine.state_machine_name
        stack = Stack.of(self)
        executions = stack.format_arn(service="states", resource=f"execution:{name}:*")
        function.grant(iam.PolicyStatement(actions=["states:DescribeExecution"], resources=[executions]))
        logical_id, attribute = stack.resolve(name)["Fn::GetAtt"]
        finding = stack.format_arn(service="states", resource=f"execution:<{logical_id}.{attribute}>:*")
        acknowledge(function.role, {f"IAM5[Resource::{finding}]": "Executions are named after models and generations"})

    def _grant(self, bedrock: BedrockAccess, service_role: iam.IRole, registry: dynamodb.ITable) -> None:
        stack = Stack.of(self)
        names = f"{bedrock.project}/{bedrock.environment}"
        pointers = stack.format_arn(service="ssm", resource="parameter", resource_name=f"{names}/*")
        self.function.grant(
            *registry_access.on_registry(self, registry, self._defaults.key, *registry_access.WRITE),
            *bedrock.start_jobs(service_role),
            *bedrock.find_jobs(),
            *bedrock.stop_jobs(),
            *bedrock.delete_models(),
            *bedrock.serve_models(),
            *bedrock.find_endpoints(),
            *bedrock.ask_endpoints(),
            *bedrock.retag(),
            key_access.through(self, self._defaults.key, key_access.CUSTOMIZE, ["bedrock"]),
            iam.PolicyStatement(actions=["ssm:DeleteParameter", "ssm:PutParameter"], resources=[pointers]),
            wake_parked_executions(),
        )
        bedrock.acknowledge_wildcards(self.function.role, *KINDS)
        let_use_model_stacks(
            self.function,
            bedrock.project,
            bedrock.environment,
            ["DescribeStacks", "SignalResource"],
        )
        reason = "One pointer per model, and models come and go without the Control stack"
        acknowledge(self.function.role, {f"IAM5[Resource::{pointers}]": reason})

    def _state_machine(self) -> sfn.StateMachine:
        stack = Stack.of(self)
        role = iam.Role(
            self,
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
        arn = self.function.function.function_arn
        # Not `grant_invoke`: it includes every version of the function.
        role.add_to_policy(iam.PolicyStatement(actions=["lambda:InvokeFunction"], resources=[arn]))
        log_group = logs.LogGroup(
            self,
            "Logs",
            encryption_key=self._defaults.key,
            retention=self._defaults.retention.logs,
            removal_policy=self._defaults.retention.removal_policy,
        )
        acknowledge(
            role,
            {"IAM5[Resource::*]": "Log delivery and X-Ray tracing of a state machine have no resource type"},
        )
        definition = json.dumps(driver_definition.definition(stack.partition), sort_keys=True)
        return sfn.StateMachine(
            self,
            "Resource",
            definition_body=sfn.DefinitionBody.from_string(definition),
            definition_substitutions={"DriverFunctionArn": arn},
            role=role,
            tracing_enabled=True,
            logs=sfn.LogOptions(destination=log_group, level=sfn.LogLevel.ALL, include_execution_data=False),
        )


def wake_parked_executions() -> iam.PolicyStatement:
    """Return the right to wake an execution that is parked on a task token.

    The action has no resource type; knowing the token is the capability. Source: Service Authorization Reference,
    'AWS Step Functions'.
    """
    return iam.PolicyStatement(actions=["states:SendTaskSuccess"], resources=["*"])
