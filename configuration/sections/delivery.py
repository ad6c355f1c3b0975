"""``delivery``: who may deploy, look at and invoke the environments of one account."""

from typing import Annotated

from pydantic import AfterValidator, Field

from configuration.sections.values import AccountId, Number, PolicyArn, Section, no_repetition

#: Owner and repository, with their ids where GitHub's subjects have them. Names: GitHub Docs, 'Username
#: considerations'; subjects: GitHub Docs, 'OpenID Connect reference', 'Immutable subject claims'.
REPOSITORY = r"^([A-Za-z0-9-]{1,39}/[A-Za-z0-9._-]{1,100}|[A-Za-z0-9-]{1,39}@[0-9]+/[A-Za-z0-9._-]{1,100}@[0-9]+)$"
#: What git allows in a branch, without what IAM would read as a wildcard.
BRANCH = r"^[A-Za-z0-9._/-]{1,200}$"
#: IAM User Guide, 'IAM ARNs', identity providers.
PROVIDER_ARN = (
    r"^arn:aws[a-z-]*:iam::[0-9]{12}:oidc-provider/token\.actions\.githubusercontent\.com(/[A-Za-z0-9._-]+)?$"
)
#: STS API reference, AssumeRole, ``ExternalId``.
EXTERNAL_ID = r"^[A-Za-z0-9_+=,.@:/-]{2,1224}$"
#: The CDK's own limit, and what may be part of the names of its bucket and roles. Source: AWS CDK Developer Guide,
#: 'Customize CDK bootstrapping', qualifier.
QUALIFIER = r"^[a-z0-9]{1,10}$"


def _not_empty(values: tuple[str, ...]) -> tuple[str, ...]:
    """Not `min_length`, which pydantic also finds wanting if the only entry is a mistake."""
    if not values:
        raise ValueError("must have at least 1 entry, got none")
    return values


Accounts = Annotated[tuple[AccountId, ...], AfterValidator(no_repetition), AfterValidator(_not_empty)]
Names = Annotated[tuple[str, ...], AfterValidator(no_repetition), AfterValidator(_not_empty)]
Buckets = Annotated[
    tuple[Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$")], ...], AfterValidator(no_repetition)
]


class GitHubConfiguration(Section):
    """The repository whose workflows may deploy."""

    repository: Annotated[str, Field(pattern=REPOSITORY)]
    """``owner/repository``, as its tokens name it: repositories that were created or renamed after 15 July 2026 have
    ids in theirs, ``owner@1234/repository@5678``. ``gh api repos/<owner>/<repository>/actions/oidc/customization/sub``
    tells which, as ``sub_claim_prefix``."""
    default_branch: Annotated[str, Field(pattern=BRANCH)] = "main"
    """Branch whose workflows may look at the account without an environment's approval."""
    oidc_provider_arn: Annotated[str, Field(pattern=PROVIDER_ARN)] | None = None
    """GitHub's identity provider, if the account has it already; an account can have it only once."""
    session_hours: Annotated[Number, Field(ge=1, le=12)] = 6
    """How long a job's credentials for an environment last: a workflow waits until its training has ended."""


class DeliveryConfiguration(Section):
    """Who may deploy, look at and invoke the environments of one account and Region; see docs/delivery.md."""

    account: AccountId
    """AWS account of the environments, 12 digits."""
    region: Annotated[str, Field(pattern=r"^[a-z]{2}(-[a-z]+)+-[0-9]$")]
    """AWS Region of the environments."""
    github: GitHubConfiguration
    """GitHub, whose workflows deploy, and what of it is trusted."""
    environments: Names | None = None
    """Environments that get a role for their workflows; by default all that are in this account and Region."""
    workload_accounts: dict[str, Accounts] = Field(default_factory=dict)
    """By environment: accounts whose applications may invoke its models, through a role that they assume."""
    external_id: Annotated[str, Field(pattern=EXTERNAL_ID)] | None = None
    """What those accounts must say when they assume it, if a third party runs their applications."""
    data_buckets: Buckets = ()
    """Buckets of datasets that ``ops plan`` must read; none if the datasets are in the repository."""
    bootstrap_qualifier: Annotated[str, Field(pattern=QUALIFIER)] = "hnb659fds"
    """Of the account's CDK bootstrap."""
    permissions_boundary: PolicyArn | None = None
    """Managed policy that bounds every role of the environments, instead of one that is made here."""
