"""The rights of whoever steers an environment: what `ops approve`, `rollback`, `retry` and `evaluate` write."""

from collections.abc import Iterator

from stacks.constructs.delivery.rights import Right
from stacks.constructs.delivery.site import Site


def environments(site: Site) -> Iterator[Right]:
    """Yield writing what is wanted into the registry, and starting the driver, which alone buys and deletes."""
    generated = "CloudFormation ends these names by chance; their beginning is the environment's"
    yield Right(["dynamodb:PutItem"], site.arns("dynamodb", "table/"), reason=generated)
    owned = {"StringEquals": site.owned()}
    named = "CloudFormation ends these names by chance; the owner tags say whose they are"
    yield Right(["states:StartExecution"], site.state_machines(), owned, named)
