"""What the service role may call while it customizes one model: the teacher of a distillation, the grader of a reward.

The role belongs to the Foundation stack, and its policy would change there with every model; so each model's stack
brings what its own job needs, and takes it away again.

Sources: Bedrock User Guide, 'Create a service role for model customization', permissions to create a distillation job
with a cross-Region inference profile; the same, 'Access and security for Amazon Nova models', Lambda permissions for
reward functions.
"""

from aws_cdk import Stack
from aws_cdk import aws_iam as iam
from constructs import Construct, IConstruct

from finetuning import teachers
from finetuning.base_model import BaseModel
from stacks.constructs.acknowledgements import acknowledge


class CustomizationRights(Construct):
    """Defines a policy of the service role: to ask one teacher, or to call one grader, and nothing else.

    It cannot be defined if the job calls nobody; `are_needed` tells.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        service_role_arn: str,
        base_model: BaseModel,
        teacher: str | None,
        grader: str | None,
    ) -> None:
        """Define the policy.

        Args:
            scope: the model's stack.
            id_: construct id.
            service_role_arn: of the role that the environment made for Bedrock; one of the user's own is theirs to
                give rights.
            base_model: that is customized, whose teachers are known.
            teacher: model or inference profile; None without.
            grader: ARN of the function; None without.
        """
        super().__init__(scope, id_)
        # By its ARN, which the Foundation exports; by its name, there would be one more export.
        role = iam.Role.from_role_arn(self, "ServiceRole", service_role_arn)
        statements = [*_asking(self, base_model, teacher), *_grading(grader)]
        # CDK would call it alike in every model's stack, and on one role policies of one name replace each other.
        name = Stack.of(self).stack_name
        self.policy = iam.Policy(self, "Policy", policy_name=name, roles=[role], statements=statements)
        profiled = _profiled_models(self, base_model, teacher)
        if profiled is not None:
            reason = "A profile chooses the Region; the condition lets the teacher be asked through this profile only"
            acknowledge(self.policy, {f"IAM5[Resource::{profiled}]": reason})


def are_needed(teacher: str | None, grader: str | None) -> bool:
    """Return whether a job calls anybody."""
    return teacher is not None or grader is not None


def _asking(scope: IConstruct, base_model: BaseModel, teacher: str | None) -> list[iam.PolicyStatement]:
    if teacher is None:
        return []
    stack = Stack.of(scope)
    named = teachers.of(base_model, teacher)
    profiled = _profiled_models(scope, base_model, teacher)
    if named.profile is None or profiled is None:
        model = stack.format_arn(service="bedrock", account="", resource="foundation-model", resource_name=named.model)
        return [iam.PolicyStatement(actions=["bedrock:InvokeModel"], resources=[model])]
    profile = stack.format_arn(service="bedrock", resource="inference-profile", resource_name=named.profile)
    return [
        iam.PolicyStatement(actions=["bedrock:InvokeModel"], resources=[profile]),
        iam.PolicyStatement(
            actions=["bedrock:InvokeModel"],
            resources=[profiled],
            conditions={"ArnEquals": {"bedrock:InferenceProfileArn": profile}},
        ),
    ]


def _grading(grader: str | None) -> list[iam.PolicyStatement]:
    if grader is None:
        return []
    return [iam.PolicyStatement(actions=["lambda:InvokeFunction"], resources=[grader])]


def _profiled_models(scope: IConstruct, base_model: BaseModel, teacher: str | None) -> str | None:
    """The teacher in any Region, if it is asked through a profile: which Regions that leads to, only AWS knows."""
    named = teachers.of(base_model, teacher) if teacher is not None else None
    if named is None or named.profile is None:
        return None
    return Stack.of(scope).format_arn(
        service="bedrock", region="*", account="", resource="foundation-model", resource_name=named.model
    )
