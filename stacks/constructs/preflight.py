"""Asks the account before anything of a model is started: access, quotas, role, key, buckets."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from aws_cdk import CustomResource, Duration, Stack
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_iam as iam
from constructs import Construct

from finetuning.fingerprint import digest
from stacks.constructs import registry_access
from stacks.constructs.bedrock_access import BedrockAccess
from stacks.constructs.model_stacks import let_use_model_stacks
from stacks.constructs.runtime_function import FunctionDefaults, RuntimeFunction

#: Properties of an endpoint that never make anything be bought: for their sake the account is not asked again.
_BUYS_NOTHING = frozenset({"IdleDays", "NeedsApproval", "RemoveIdle", "Tags"})


@dataclass(frozen=True)
class PreflightProperties:
    """What the account is asked for.

    Attributes:
        base_model: identifier of the base model, or the ARN of the custom model that is trained further.
        judged_apart: whether a candidate is asked behind an on-demand deployment of its own before it serves.
        promoted_model_arn: of the custom model that comes from another environment; "" if one is trained here.
        source_buckets: bucket with examples → the account that owns it, "" for the environment's own.
        endpoint: properties of the model's endpoint, for its caps; None if it has none.
    """

    base_model: str
    customization_type: str
    serving: str
    model_units: int
    commitment: str
    source_buckets: Mapping[str, str]
    endpoint: Mapping[str, Any] | None = None
    judged_apart: bool = False
    promoted_model_arn: str = ""


class PreflightProvider(Construct):
    """Defines the function behind ``Custom::BedrockPreflight``; it changes nothing."""

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
    ) -> None:
        """Define the function.

        Args:
            scope: the stack.
            id_: construct id.
            defaults: what all functions of the stack share.
            environment: the function's variables; PROJECT and ENVIRONMENT name the model stacks.
            bedrock: rights in Bedrock.
            service_role: whose trust policy is read.
            registry: says what stands already.
        """
        super().__init__(scope, id_)
        self.function = RuntimeFunction(
            self,
            "Function",
            feature="preflight",
            defaults=defaults,
            timeout=Duration.seconds(120),
            environment=environment,
        )
        read = (*registry_access.READ, *registry_access.SCAN)
        self.function.grant(*registry_access.on_registry(self, registry, defaults.key, *read))
        self.function.grant(*bedrock.look_before_buying())
        bedrock.acknowledge_wildcards(
            self.function.role, "custom-model", "provisioned-model", "custom-model-deployment"
        )
        self.function.grant(
            # They read numbers and states; GetAWSDefaultServiceQuota has no resource type, and composite alarms are
            # told only to a permission scoped to "*" (CloudWatch API reference, DescribeAlarms).
            iam.PolicyStatement(
                actions=[
                    "cloudwatch:DescribeAlarms",
                    "servicequotas:GetAWSDefaultServiceQuota",
                    "servicequotas:GetServiceQuota",
                ],
                resources=["*"],
            ),
            iam.PolicyStatement(actions=["iam:GetRole"], resources=[service_role.role_arn]),
            # Not through another service: the key itself is looked at.
            iam.PolicyStatement(actions=["kms:DescribeKey"], resources=[defaults.key.key_arn]),
        )
        let_use_model_stacks(self.function, environment["PROJECT"], environment["ENVIRONMENT"], ["DescribeStacks"])


class Preflight(Construct):
    """Defines the preflight of one model; everything of the model comes after it."""

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        provider: PreflightProvider,
        model: str,
        asked: PreflightProperties,
        wanted: Mapping[str, object],
    ) -> None:
        """Define the custom resource.

        Args:
            scope: the model's stack.
            id_: construct id.
            provider: the function, in the Control stack.
            model: name of the use case.
            asked: what the account is asked for.
            wanted: everything that may make a deployment start or buy something: the account is asked again whenever
                it changes, and never else.
        """
        super().__init__(scope, id_)
        self.resource = CustomResource(
            self,
            "Resource",
            resource_type="Custom::BedrockPreflight",
            service_token=provider.function.function.function_arn,
            service_timeout=Duration.seconds(600),
            properties={
                "Model": model,
                "BaseModel": asked.base_model,
                "CustomizationType": asked.customization_type,
                "Serving": asked.serving,
                "ModelUnits": str(asked.model_units),
                "Commitment": asked.commitment,
                **({"PromotedModelArn": asked.promoted_model_arn} if asked.promoted_model_arn else {}),
                **({"JudgedApart": "true"} if asked.judged_apart else {}),
                **({"SourceBuckets": dict(asked.source_buckets)} if asked.source_buckets else {}),
                **({"Endpoint": _bought(asked.endpoint)} if asked.endpoint is not None else {}),
                "Wanted": digest(Stack.of(self).resolve(wanted)),
            },
        )


def _bought(endpoint: Mapping[str, Any]) -> dict[str, Any]:
    """The properties of an endpoint that decide whether it can be bought."""
    return {name: value for name, value in endpoint.items() if name not in _BUYS_NOTHING}
