"""The lifecycle driver: a state machine per environment, an execution per model and generation."""

from collections.abc import Mapping

from aws_cdk import Duration, Stack
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_iam as iam
from constructs import Construct

from stacks.constructs import driver_definition, key_access, registry_access, state_machine
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
        evaluations_arn: str,
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
            evaluations_arn: of the state machine that evaluates candidates.
        """
        super().__init__(scope, id_)
        self._defaults = defaults
        self.function = RuntimeFunction(
            self,
            "Function",
            feature="driver",
            defaults=defaults,
            timeout=Duration.seconds(120),
            environment={**environment, **notices.variable, "EVALUATIONS_ARN": evaluations_arn},
            is_invoked_synchronously=True,
        )
        self._grant(bedrock, service_role, registry)
        self.function.grant(iam.PolicyStatement(actions=["states:StartExecution"], resources=[evaluations_arn]))
        notices.let_publish(self.function)
        self.state_machine = state_machine.define(
            self,
            driver_definition.definition(Stack.of(self).partition),
            function=self.function,
            placeholder="DriverFunctionArn",
            defaults=defaults,
        )

    @property
    def variable(self) -> dict[str, str]:
        """The variable by which a function knows whom to start."""
        return {"DRIVER_ARN": self.state_machine.state_machine_arn}

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


def wake_parked_executions() -> iam.PolicyStatement:
    """Return the right to wake an execution that is parked on a task token.

    The action has no resource type; knowing the token is the capability. Source: Service Authorization Reference,
    'AWS Step Functions'.
    """
    return iam.PolicyStatement(actions=["states:SendTaskSuccess"], resources=["*"])
