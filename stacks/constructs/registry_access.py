"""Rights on the registry table, without the wildcards of `Table.grant`."""

from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from constructs import IConstruct

from stacks.constructs import key_access

READ = ("dynamodb:GetItem",)
WRITE = (*READ, "dynamodb:PutItem")
SCAN = ("dynamodb:Scan",)


def on_registry(scope: IConstruct, table: dynamodb.ITable, key: kms.IKey, *actions: str) -> list[iam.PolicyStatement]:
    """Return the statements that let a function perform these actions on the encrypted table."""
    return [
        iam.PolicyStatement(actions=list(actions), resources=[table.table_arn]),
        key_access.through(scope, key, key_access.TABLE, ["dynamodb"]),
    ]
