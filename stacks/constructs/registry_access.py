"""Rights on the registry table, without the wildcards of `Table.grant`."""

from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from constructs import IConstruct

from stacks.constructs import key_access

READ = ("dynamodb:GetItem",)
WRITE = (*READ, "dynamodb:PutItem")
SCAN = ("dynamodb:Scan",)


#: `lambdas.gateways.answers_table`: the partition of the answers that were given.
ANSWERS = "#answers"


def on_registry(scope: IConstruct, table: dynamodb.ITable, key: kms.IKey, *actions: str) -> list[iam.PolicyStatement]:
    """Return the statements that let a function perform these actions on the encrypted table."""
    return [
        iam.PolicyStatement(actions=list(actions), resources=[table.table_arn]),
        key_access.through(scope, key, key_access.TABLE, ["dynamodb"]),
    ]


def on_answers(scope: IConstruct, table: dynamodb.ITable, key: kms.IKey) -> list[iam.PolicyStatement]:
    """Return the statements that let a function read and keep answers in the encrypted table, and nothing else."""
    return [
        iam.PolicyStatement(
            actions=list(WRITE),
            resources=[table.table_arn],
            conditions={"ForAllValues:StringEquals": {"dynamodb:LeadingKeys": [ANSWERS]}},
        ),
        key_access.through(scope, key, key_access.TABLE, ["dynamodb"]),
    ]
