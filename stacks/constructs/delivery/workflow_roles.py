"""The roles of the workflows: one for each environment, which may deploy it, and one that may only look."""

from collections.abc import Sequence

from aws_cdk import Duration
from aws_cdk import aws_iam as iam
from constructs import Construct

from configuration import delivery
from configuration.sections.delivery import DeliveryConfiguration
from stacks.constructs.delivery import invoking, looking, steering
from stacks.constructs.delivery.github_identity import GitHubIdentity
from stacks.constructs.delivery.rights import Right, grant, managed_policy
from stacks.constructs.delivery.site import Site

#: Of the CDK bootstrap, that a deployment needs; there is no image to publish.
DEPLOYING = ("deploy", "file-publishing", "lookup")


def account_rights(scope: Construct, site: Site, data_buckets: Sequence[str]) -> iam.ManagedPolicy:
    """Define what all of these roles may look at: one policy, because CloudFormation takes a template of 51,200 bytes.

    Larger ones come from the bucket of the CDK bootstrap, which needs the Delivery stack to be there. Source:
    CloudFormation User Guide, 'Understand CloudFormation quotas', template body size in a request.
    """
    return managed_policy(
        scope,
        "Look",
        name=f"{site.project}-look",
        description="What every workflow may look at",
        rights=list(looking.at_account(site, data_buckets)),
    )


class EnvironmentRole(Construct):
    """Defines the role of one environment's workflows: those that run in GitHub's environment of the same name."""

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        site: Site,
        project: Site,
        identity: GitHubIdentity,
        account_rights: iam.ManagedPolicy,
        configuration: DeliveryConfiguration,
    ) -> None:
        """Define the role.

        Args:
            scope: the stack.
            id_: construct id.
            site: exactly the one environment.
            project: all environments. A promoted model has the key of the environment that trained it.
            identity: of the repository.
            account_rights: to look at what is no environment's.
            configuration: of the stack.
        """
        super().__init__(scope, id_)
        (environment,) = site.environments
        self.role = iam.Role(
            self,
            "Resource",
            role_name=delivery.ci_role_name(site.project, environment.name),
            path=delivery.PATH,
            description=f"Workflows that deploy {environment.name}",
            assumed_by=identity.principal(f"environment:{environment.name}"),
            managed_policies=[account_rights],
            max_session_duration=Duration.hours(configuration.github.session_hours),
        )
        grant(self.role, [_assume(site, *DEPLOYING)])
        grant(self.role, looking.at_environments(site))
        grant(self.role, looking.at_evidence(site))
        grant(self.role, steering.environments(site))
        grant(self.role, [*invoking.endpoints(site, project), invoking.base_models(site)])


class PlanRole(Construct):
    """Defines the role of pull requests and of what runs every night: it looks at all environments, and no further.

    A pull request runs its own code with it, before anybody has reviewed it. So it sees no training data, no
    evaluation and no log.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        site: Site,
        identity: GitHubIdentity,
        account_rights: iam.ManagedPolicy,
        configuration: DeliveryConfiguration,
    ) -> None:
        """Define the role.

        Args:
            scope: the stack.
            id_: construct id.
            site: all environments.
            identity: of the repository.
            account_rights: to look at what is no environment's.
            configuration: of the stack.
        """
        super().__init__(scope, id_)
        self.role = iam.Role(
            self,
            "Resource",
            role_name=delivery.plan_role_name(site.project),
            path=delivery.PATH,
            description="Workflows that look at the environments",
            assumed_by=identity.principal("pull_request", f"ref:refs/heads/{configuration.github.default_branch}"),
            managed_policies=[account_rights],
            max_session_duration=Duration.hours(1),
        )
        grant(self.role, [_assume(site, "lookup")])
        grant(self.role, looking.at_environments(site))


def _assume(site: Site, *names: str) -> Right:
    return Right(["sts:AssumeRole"], [site.bootstrap_role(name) for name in names])
