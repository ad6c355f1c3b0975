"""GitHub as an identity provider: its workflows sign in with tokens that say which repository they are of."""

from collections.abc import Mapping, Sequence

from aws_cdk import aws_iam as iam
from constructs import Construct

ISSUER = "token.actions.githubusercontent.com"
#: What the tokens are for. Source: GitHub Docs, 'Configuring OpenID Connect in Amazon Web Services'.
AUDIENCE = "sts.amazonaws.com"


class GitHubIdentity(Construct):
    """Defines the identity provider, or takes the one that the account has: it can have only one of an issuer.

    Without thumbprints: IAM trusts the issuer's certificate by its own list of authorities. Source: IAM User Guide,
    'Obtain the thumbprint for an OpenID Connect identity provider'.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        repository: str,
        provider_arn: str | None,
        tags: Mapping[str, str],
    ) -> None:
        """Define the provider.

        Args:
            scope: the stack.
            id_: construct id.
            repository: as the tokens' subjects name it.
            provider_arn: of the account's; None to make one.
            tags: of the one that is made.
        """
        super().__init__(scope, id_)
        self._repository = repository
        self.provider_arn = provider_arn or self._provider(tags)

    def principal(self, *contexts: str) -> iam.WebIdentityPrincipal:
        """Return workflows of the repository in one of some contexts, such as ``environment:prod``, exactly.

        Source: GitHub Docs, 'OpenID Connect reference', example subject claims.
        """
        subjects: Sequence[str] = [f"repo:{self._repository}:{context}" for context in contexts]
        return iam.WebIdentityPrincipal(
            self.provider_arn,
            {"StringEquals": {f"{ISSUER}:aud": AUDIENCE, f"{ISSUER}:sub": list(subjects)}},
        )

    def _provider(self, tags: Mapping[str, str]) -> str:
        provider = iam.CfnOIDCProvider(
            self,
            "Provider",
            url=f"https://{ISSUER}",
            client_id_list=[AUDIENCE],
            tags=[{"key": key, "value": value} for key, value in tags.items()],
        )
        return provider.attr_arn
