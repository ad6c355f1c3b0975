"""What is still there of an environment: stacks, tagged resources, what costs money in Bedrock, log groups."""

from collections.abc import Callable, Iterator
from typing import Any

from finetuning import names
from ops.commands.leftovers import in_bedrock

#: Source: CloudFormation API reference, StackStatus.
_GONE = "DELETE_COMPLETE"
#: Source: KMS API reference, KeyState. A key that is to be deleted costs nothing and can do nothing.
_GOING = frozenset({"PendingDeletion", "PendingReplicaDeletion"})
Client = Callable[[str], Any]


def look(client: Client, project: str, environment: str) -> list[str]:
    """Return everything that is still there, in words; [] if nothing is.

    Args:
        client: makes the client of a service.
        project: whose environment it is.
        environment: that should be gone.
    """
    prefix = names.job_name_prefix(project, environment)
    bought = (f"{left.kind} {left.name}" for left in in_bedrock(client("bedrock"), prefix))
    groups = client("logs").get_paginator("describe_log_groups").paginate(logGroupNamePrefix=f"/aws/lambda/{prefix}")
    logs = (f"log group {group['logGroupName']}" for page in groups for group in page["logGroups"])
    return sorted({*_stacks(client("cloudformation"), prefix), *bought, *logs, *_tagged(client, project, environment)})


def _stacks(cloudformation: Any, prefix: str) -> Iterator[str]:
    for page in cloudformation.get_paginator("list_stacks").paginate():
        for stack in page["StackSummaries"]:
            if stack["StackName"].startswith(prefix) and stack["StackStatus"] != _GONE:
                yield f"stack {stack['StackName']} ({stack['StackStatus']})"


def _tagged(client: Client, project: str, environment: str) -> Iterator[str]:
    wanted = {names.PROJECT_TAG: project, names.ENVIRONMENT_TAG: environment}
    filters = [{"Key": key, "Values": [value]} for key, value in wanted.items()]
    for page in client("resourcegroupstaggingapi").get_paginator("get_resources").paginate(TagFilters=filters):
        for resource in page["ResourceTagMappingList"]:
            arn = resource["ResourceARN"]
            if not _is_record(arn) and not _is_gone(client, arn):
                yield f"resource {arn}"


def _is_record(arn: str) -> bool:
    """Bedrock keeps a job that has ended for ever; it costs nothing, and nobody can delete it."""
    return ":model-customization-job/" in arn


def _is_gone(client: Client, arn: str) -> bool:
    """The index of tags lists for a while what is there no more; of what costs money its own service is asked."""
    if ":kms:" in arn and ":key/" in arn:
        return client("kms").describe_key(KeyId=arn)["KeyMetadata"]["KeyState"] in _GOING
    if ":dynamodb:" in arn and ":table/" in arn:
        dynamodb = client("dynamodb")
        try:
            dynamodb.describe_table(TableName=arn.rpartition("/")[2])
        except dynamodb.exceptions.ResourceNotFoundException:
            return True
    return False
