"""The role with which applications of workload accounts invoke the models of an environment, and do nothing else."""

from collections.abc import Sequence

from aws_cdk import Duration
from aws_cdk import aws_iam as iam
from constructs import Construct

from configuration import delivery
from stacks.constructs.delivery import invoking
from stacks.constructs.delivery.rights import Right, grant
from stacks.constructs.delivery.site import Site


class InvokeRole(Construct):
    """Defines the role of one environment; it is trusted to exactly the accounts that are listed."""

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        site: Site,
        project: Site,
        accounts: Sequence[str],
        external_id: str | None,
    ) -> None:
        """Define the role.

        Args:
            scope: the stack.
            id_: construct id.
            site: exactly the one environment.
            project: all environments. A promoted model has the key of the environment that trained it.
            accounts: that may assume it; which of their principals, they say themselves.
            external_id: what they must say; None if nothing.
        """
        super().__init__(scope, id_)
        (environment,) = site.environments
        principals = iam.CompositePrincipal(*(iam.AccountPrincipal(account) for account in accounts))
        trusted = (
            principals
            if external_id is None
            else principals.with_conditions({"StringEquals": {"sts:ExternalId": external_id}})
        )
        self.role = iam.Role(
            self,
            "Resource",
            role_name=delivery.invoke_role_name(site.project, environment.name),
            path=delivery.PATH,
            description=f"Applications that invoke the models of {environment.name}",
            assumed_by=trusted,
            max_session_duration=Duration.hours(1),
        )
        grant(self.role, [_find(site), *invoking.endpoints(site, project)])


def _find(site: Site) -> Right:
    pointers = site.pointers("*/endpoint")
    return Right(["ssm:GetParameter"], pointers, reason="One pointer per model, and models come and go")
