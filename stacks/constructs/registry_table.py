"""The registry: what is wanted and what was bought, per model."""

from aws_cdk import RemovalPolicy
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_kms as kms
from constructs import Construct


class RegistryTable(Construct):
    """Defines the table: on demand, point-in-time recovery, our key; protected from deletion where data is retained."""

    def __init__(self, scope: Construct, id_: str, *, key: kms.IKey, removal_policy: RemovalPolicy) -> None:
        """Define the table.

        Args:
            scope: the stack.
            id_: construct id.
            key: that encrypts it.
            removal_policy: whether it goes with its stack.
        """
        super().__init__(scope, id_)
        self.table = dynamodb.Table(
            self,
            "Resource",
            partition_key=dynamodb.Attribute(name="model", type=dynamodb.AttributeType.STRING),
            sort_key=dynamodb.Attribute(name="record", type=dynamodb.AttributeType.STRING),
            billing_mode=dynamodb.BillingMode.PAY_PER_REQUEST,
            encryption=dynamodb.TableEncryption.CUSTOMER_MANAGED,
            encryption_key=key,
            point_in_time_recovery_specification=dynamodb.PointInTimeRecoverySpecification(
                point_in_time_recovery_enabled=True
            ),
            # Of the answers that were given; records have no such attribute and never expire.
            time_to_live_attribute="expires_at",
            deletion_protection=removal_policy == RemovalPolicy.RETAIN,
            removal_policy=removal_policy,
        )
