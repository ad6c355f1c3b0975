"""Keeps the Control stack alive while anything bought still is: without it nobody could delete that any more."""

from collections.abc import Mapping

from aws_cdk import CustomResource, Duration, Stack
from aws_cdk import aws_dynamodb as dynamodb
from constructs import Construct

from stacks.constructs import registry_access
from stacks.constructs.runtime_function import FunctionDefaults, RuntimeFunction

#: Within the function's timeout, so that a refusal still finds time to be told.
WAIT = Duration.seconds(600)


class LifecycleGuard(Construct):
    """Defines a resource that, on its deletion, waits for the driver to finish and else refuses and says why."""

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        defaults: FunctionDefaults,
        environment: Mapping[str, str],
        registry: dynamodb.ITable,
    ) -> None:
        """Define the guard.

        Args:
            scope: the stack.
            id_: construct id.
            defaults: what all functions of the stack share.
            environment: the function's variables, besides how long it waits.
            registry: where it sees what is alive.
        """
        super().__init__(scope, id_)
        self.function = RuntimeFunction(
            self,
            "Function",
            feature="guard",
            defaults=defaults,
            timeout=Duration.seconds(650),
            environment={**environment, "GUARD_WAIT_SECONDS": str(int(WAIT.to_seconds()))},
        )
        self.function.grant(*registry_access.on_registry(self, registry, defaults.key, *registry_access.SCAN))
        self.resource = CustomResource(
            self,
            "Resource",
            resource_type="Custom::LifecycleGuard",
            service_token=self.function.function.function_arn,
            service_timeout=Duration.seconds(900),
        )

    def depend_on_the_rest(self) -> None:
        """Make everything else in the stack outlive the guard; call it when the stack is complete."""
        rest = [construct for construct in Stack.of(self).node.children if construct is not self]
        self.resource.node.add_dependency(*rest, self.function)
