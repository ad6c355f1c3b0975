"""Wants the very model that another environment has judged; the driver holds and serves it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from aws_cdk import Stack
from aws_cdk import aws_dynamodb as dynamodb
from constructs import Construct

from stacks.constructs import manifest_key, promotion_access
from stacks.constructs.acknowledgements import acknowledge
from stacks.constructs.driver import Driver
from stacks.constructs.recording import RecordingProvider
from stacks.constructs.runtime_function import FunctionDefaults


@dataclass(frozen=True)
class Source:
    """An environment from which models are promoted.

    Attributes:
        environment: its name.
        key_arn: of the key that signs its manifests; None for the one that its Foundation stack made here.
        is_copied_from: whether models of it are copied, because it is in another account or Region.
    """

    environment: str
    key_arn: str | None = None
    is_copied_from: bool = False


class PromotedModelProvider(RecordingProvider):
    """Defines the function behind ``Custom::BedrockPromotedModel``: it verifies and records, and changes no model."""

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        defaults: FunctionDefaults,
        environment: Mapping[str, str],
        sources: Sequence[Source],
        registry: dynamodb.ITable,
        driver: Driver,
    ) -> None:
        """Define the function.

        Args:
            scope: the stack.
            id_: construct id.
            defaults: what all functions of the stack share.
            environment: the function's variables; PROJECT and ENVIRONMENT name the model stacks.
            sources: whose manifests it may verify, with the keys that the configuration trusts and with no other.
            registry: takes what is wanted, and the promotion lock.
            driver: that is started.
        """
        project = environment["PROJECT"]
        verify = [manifest_key.let_verify(scope, project, source.environment, source.key_arn) for source in sources]
        super().__init__(
            scope,
            id_,
            feature="promoted_model",
            defaults=defaults,
            environment=environment,
            registry=registry,
            driver=driver,
            rights=[promotion_access.look(scope), *verify],
        )
        promotion_access.acknowledge_look(self.function)
        if any(source.key_arn is None for source in sources):
            keys = Stack.of(self).format_arn(service="kms", resource="key", resource_name="*")
            reason = "KMS assigns these ids; the condition names the alias of the source's manifest key"
            acknowledge(self.function.role, {f"IAM5[Resource::{keys}]": reason})


class PromotedModel(Construct):
    """Defines the wanted model of another environment, or the check of the manifest that a training follows."""

    def __init__(
        self, scope: Construct, id_: str, *, provider: PromotedModelProvider, properties: Mapping[str, Any]
    ) -> None:
        """Define the custom resource.

        Args:
            scope: the model's stack.
            id_: construct id.
            provider: the function, in the Control stack.
            properties: what is pinned (`configuration.promoted`).
        """
        super().__init__(scope, id_)
        self.resource = provider.resource(self, "Custom::BedrockPromotedModel", properties)
