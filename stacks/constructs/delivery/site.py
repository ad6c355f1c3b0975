"""What the environments of an account will be called, as far as rights must say it before they are there.

CloudFormation names what a template does not name: after the stack, the logical id and chance, or only after the
latter two. Source: CloudFormation User Guide, 'Name type'.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from aws_cdk import Stack

from configuration.delivery import DeliveredEnvironment
from finetuning import names

#: Id of the construct that is the state machine without a name: CloudFormation leaves out the stack.
DRIVER = "Driver"


@dataclass(frozen=True)
class Site:
    """Some environments of one account and Region.

    Attributes:
        stack: the Delivery stack, in that account and Region.
        is_whole_project: whether names begin with the project's alone, whatever the environment.
    """

    stack: Stack
    project: str
    environments: tuple[DeliveredEnvironment, ...]
    qualifier: str
    is_whole_project: bool = False

    @property
    def prefixes(self) -> tuple[str, ...]:
        """With which the names of the environments' stacks, and so of what is in them, begin."""
        if self.is_whole_project:
            return (f"{self.project}-",)
        return tuple(f"{self.project}-{environment.name}-" for environment in self.environments)

    @property
    def paths(self) -> tuple[str, ...]:
        """With which the names of the environments' parameters, and the paths of some roles, begin."""
        if self.is_whole_project:
            return (f"{self.project}/*/",)
        return tuple(f"{self.project}/{environment.name}/" for environment in self.environments)

    def arns(self, service: str, resource: str, end: str = "*") -> list[str]:
        """The ARNs of everything of a kind whose name begins as an environment's."""
        return [self.arn(service, f"{resource}{prefix}{end}") for prefix in self.prefixes]

    def arn(self, service: str, resource: str, *, account: str | None = None) -> str:
        """An ARN in the account and Region."""
        return f"arn:{self.stack.partition}:{service}:{self.stack.region}:{account or self.stack.account}:{resource}"

    def pointers(self, end: str = "*") -> list[str]:
        """The parameters that say where the models are."""
        return [self.arn("ssm", f"parameter/{path}{end}") for path in self.paths]

    def readers(self) -> list[str]:
        """The roles that read the files of one model."""
        return [f"arn:{self.stack.partition}:iam::{self.stack.account}:role/{path}sources/*" for path in self.paths]

    def roles(self) -> list[str]:
        """The roles of the environments, those that they are given included."""
        prefix = f"arn:{self.stack.partition}:iam::{self.stack.account}:role/"
        given = [e.service_role_arn for e in self.environments if e.service_role_arn is not None]
        return [*(f"{prefix}{name}*" for name in self.prefixes), *dict.fromkeys(given)]

    def graders(self) -> list[str]:
        """The functions of the user's that grade answers while a model is trained."""
        return list(dict.fromkeys(arn for environment in self.environments for arn in environment.grader_arns))

    def bootstrap_role(self, name: str) -> str:
        """A role of the CDK bootstrap. Source: AWS CDK Developer Guide, 'Bootstrap template', names of resources."""
        stack = self.stack
        role = f"cdk-{self.qualifier}-{name}-role-{stack.account}-{stack.region}"
        return f"arn:{stack.partition}:iam::{stack.account}:role/{role}"

    def objects(self, bucket: str, *keys: str) -> list[str]:
        """Objects of the environments' buckets, or with no keys the buckets; S3's names have lower-case letters."""
        buckets = [f"arn:{self.stack.partition}:s3:::{prefix}{bucket}*" for prefix in self.prefixes]
        return [f"{found}/{key}" for found in buckets for key in keys] if keys else buckets

    def state_machines(self, resource: str = "stateMachine", end: str = "") -> list[str]:
        """The state machines, or something of theirs."""
        return [self.arn("states", f"{resource}:{name}*{end}") for name in (DRIVER, *self.prefixes)]

    def owned(self, key: str = "aws:ResourceTag") -> Mapping[str, Sequence[str]]:
        """The condition that something carries the owner tags of one of the environments."""
        return {
            f"{key}/{names.PROJECT_TAG}": [self.project],
            f"{key}/{names.ENVIRONMENT_TAG}": [environment.name for environment in self.environments],
        }
