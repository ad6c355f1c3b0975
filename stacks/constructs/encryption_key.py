"""The one customer key of an environment: data, logs, queues, registry and custom models."""

from aws_cdk import Duration, RemovalPolicy
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from constructs import Construct

from stacks.constructs import key_policy


class EncryptionKey(Construct):
    """Defines the key, or takes one of the user's as it is: its policy is then the user's to write.

    The policy of ours lets the account administer the key, and services use it for those who may.
    """

    key: kms.IKey

    def __init__(
        self, scope: Construct, id_: str, *, key_arn: str | None, names_prefix: str, removal_policy: RemovalPolicy
    ) -> None:
        """Define the key.

        Args:
            scope: the stack.
            id_: construct id.
            key_arn: of the user's key; None to make one.
            names_prefix: with which the names of the environment's log groups begin.
            removal_policy: whether the key is scheduled for deletion with its stack.
        """
        super().__init__(scope, id_)
        self._is_given = key_arn is not None
        if key_arn is not None:
            self.key = kms.Key.from_key_arn(self, "Given", key_arn)
            return
        statements = [key_policy.administration(), *key_policy.use(self, names_prefix)]
        self.key = kms.Key(
            self,
            "Resource",
            description=f"Training data, custom models, logs and registry of {names_prefix.rstrip('-')}",
            enable_key_rotation=True,
            pending_window=Duration.days(7),
            removal_policy=removal_policy,
            policy=iam.PolicyDocument(statements=statements),
        )

    def let_customize(self, role: iam.IRole) -> None:
        """Let the service role use the key; a given key lets the account's roles do so (docs/bring-your-own.md)."""
        if not self._is_given:
            self.key.add_to_resource_policy(key_policy.customization(self, role))
