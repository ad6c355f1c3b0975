"""Rights in Bedrock, bounded by the owner tags: create only what carries them, change only what carries them.

Actions and resource types follow the Service Authorization Reference, 'Amazon Bedrock'. CreateModelCustomizationJob is
authorised against the job too, although that table does not say so (Step Functions Developer Guide, 'Amazon Bedrock
integration'), hence three kinds of resources.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from aws_cdk import Stack
from aws_cdk import aws_iam as iam

from stacks.constructs.acknowledgements import acknowledge

#: They have no resource type: whoever may list sees everything of its kind.
LISTS = (
    "bedrock:ListCustomModelDeployments",
    "bedrock:ListCustomModels",
    "bedrock:ListModelCustomizationJobs",
    "bedrock:ListProvisionedModelThroughputs",
)
#: Bedrock assigns the last part of these ARNs.
ENDPOINTS = ("provisioned-model", "custom-model-deployment")
KINDS = ("model-customization-job", "custom-model", *ENDPOINTS)


@dataclass(frozen=True)
class BedrockAccess:
    """Statements for one environment.

    Attributes:
        stack: whose account and Region the ARNs are in.
        project: value of the owner tag ``finetuning:project``.
        environment: value of the owner tag ``finetuning:environment``.
        base_models: identifiers of the base models that may be customized.
    """

    stack: Stack
    project: str
    environment: str
    base_models: Sequence[str]

    def start_jobs(self, service_role: iam.IRole) -> list[iam.PolicyStatement]:
        """Start customization jobs that run as the service role and whose job and model carry the owner tags."""
        made = self._all_of("model-customization-job", "custom-model")
        return [
            _allow(
                ["bedrock:CreateModelCustomizationJob"], [*self._foundation_models(), *made], self._tagged("RequestTag")
            ),
            _allow(["bedrock:TagResource"], made, self._tagged("RequestTag")),
            # `grant_pass_role` has no condition: the role could be passed to any service.
            _allow(
                ["iam:PassRole"],
                [service_role.role_arn],
                {"StringEquals": {"iam:PassedToService": "bedrock.amazonaws.com"}},
            ),
        ]

    def find_jobs(self) -> list[iam.PolicyStatement]:
        """Read jobs and models. They are found by name, and a name may turn out to be somebody else's."""
        actions = ["bedrock:GetCustomModel", "bedrock:GetModelCustomizationJob", "bedrock:ListTagsForResource"]
        return [_allow(actions, self._all_of("model-customization-job", "custom-model"))]

    def find_endpoints(self) -> list[iam.PolicyStatement]:
        """Read endpoints, and see which of them, anybody's, serve a model: one that is in use is never deleted."""
        actions = [
            "bedrock:GetCustomModelDeployment",
            "bedrock:GetProvisionedModelThroughput",
            "bedrock:ListTagsForResource",
        ]
        lists = ["bedrock:ListCustomModelDeployments", "bedrock:ListProvisionedModelThroughputs"]
        return [_allow(actions, self._all_of("provisioned-model", "custom-model-deployment")), _allow(lists, ["*"])]

    def ask_endpoints(self) -> list[iam.PolicyStatement]:
        """Ask our own endpoints whether they answer, before applications are sent there."""
        endpoints = self._all_of(*ENDPOINTS)
        return [_allow(["bedrock:InvokeModel"], endpoints, self._tagged("ResourceTag"))]

    def ask_base_models(self) -> list[iam.PolicyStatement]:
        """Ask base models themselves, and see whether they can be: a candidate is compared with its base model."""
        return [_allow(["bedrock:GetFoundationModel", "bedrock:InvokeModel"], self._foundation_models())]

    def take_inventory(self) -> list[iam.PolicyStatement]:
        """List everything that may be ours; the tags then tell what is."""
        return [
            _allow(LISTS, ["*"]),
            _allow(["bedrock:ListTagsForResource"], self._all_of(*KINDS)),
        ]

    def look_before_buying(self) -> list[iam.PolicyStatement]:
        """Read what decides whether something can be bought: base models, access to them, and what there is."""
        return [
            _allow(["bedrock:GetFoundationModel"], self._foundation_models()),
            _allow(["bedrock:GetCustomModel"], self._all_of("custom-model")),
            _allow(["bedrock:ListTagsForResource"], self._all_of("provisioned-model", "custom-model-deployment")),
            _allow(["bedrock:GetFoundationModelAvailability", *LISTS], ["*"]),
        ]

    def retag(self) -> list[iam.PolicyStatement]:
        """Change the user's tags on what is ours; nobody may change the owner tags, which all rights go by."""
        condition = {**self._tagged("ResourceTag"), "ForAllValues:StringNotLike": {"aws:TagKeys": ["finetuning:*"]}}
        return [_allow(["bedrock:TagResource", "bedrock:UntagResource"], self._all_of(*KINDS), condition)]

    def stop_jobs(self) -> list[iam.PolicyStatement]:
        """Stop our own jobs."""
        jobs = self._all_of("model-customization-job")
        return [_allow(["bedrock:StopModelCustomizationJob"], jobs, self._tagged("ResourceTag"))]

    def delete_models(self) -> list[iam.PolicyStatement]:
        """Delete our own custom models."""
        return [_allow(["bedrock:DeleteCustomModel"], self._all_of("custom-model"), self._tagged("ResourceTag"))]

    def serve_models(self) -> list[iam.PolicyStatement]:
        """Buy endpoints that carry the owner tags; swap the model of our own, and delete them."""
        jobs, models = self._all_of("model-customization-job"), self._all_of("custom-model")
        throughputs = self._all_of("provisioned-model")
        deployments = self._all_of("custom-model-deployment")
        asked, owned = self._tagged("RequestTag"), self._tagged("ResourceTag")
        return [
            # The jobs mean nothing here. With them the statement is one with that of `start_jobs`, which names every
            # base model too; apart, they exceed a policy's 10,240 characters.
            _allow(["bedrock:CreateProvisionedModelThroughput"], [*self._foundation_models(), *jobs, *models], asked),
            # The table lists the model only; see above why it is not trusted about what an action creates.
            _allow(["bedrock:CreateCustomModelDeployment"], [*models, *deployments], asked),
            _allow(["bedrock:TagResource"], [*throughputs, *deployments], asked),
            _allow(
                ["bedrock:DeleteProvisionedModelThroughput", "bedrock:UpdateProvisionedModelThroughput"],
                [*models, *throughputs],
                owned,
            ),
            # Foundation models have no tags, so they cannot stand in the statement above.
            _allow(["bedrock:UpdateProvisionedModelThroughput"], self._foundation_models()),
            _allow(
                ["bedrock:DeleteCustomModelDeployment", "bedrock:UpdateCustomModelDeployment"],
                [*models, *deployments],
                owned,
            ),
        ]

    def acknowledge_wildcards(self, role: iam.Role, *kinds: str) -> None:
        """Accept the nag findings about ARNs that end in an id of Bedrock's choice, on a role that has them."""
        reason = "Bedrock assigns these ids; whatever creates, changes or deletes is bounded by the owner tags"
        acknowledge(role, {f"IAM5[Resource::{self._any(kind)}]": reason for kind in kinds})

    def _tagged(self, key: str) -> Mapping[str, Mapping[str, object]]:
        return {
            "StringEquals": {
                f"aws:{key}/finetuning:project": self.project,
                f"aws:{key}/finetuning:environment": self.environment,
            }
        }

    def _all_of(self, *kinds: str) -> list[str]:
        return [self._any(kind) for kind in kinds]

    def _any(self, kind: str) -> str:
        return f"{self._own}{kind}/*"

    def _foundation_models(self) -> list[str]:
        return [f"{self._foundation_model}/{identifier}" for identifier in self.base_models]

    @cached_property
    def _own(self) -> str:
        """The beginning of every ARN of this account; each call of CDK costs synthesis a millisecond."""
        return self.stack.format_arn(service="bedrock", resource="")

    @cached_property
    def _foundation_model(self) -> str:
        return self.stack.format_arn(service="bedrock", account="", resource="foundation-model")


def _allow(
    actions: Sequence[str], resources: Sequence[str], conditions: Mapping[str, Mapping[str, object]] | None = None
) -> iam.PolicyStatement:
    return iam.PolicyStatement(actions=list(actions), resources=list(resources), conditions=conditions)
