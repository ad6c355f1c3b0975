"""The Delivery stack: who is trusted, what it is made of, and what fits."""

import json

import pytest
import yaml

from tests.infrastructure.delivered import PROVIDER, STRANGER, WORKLOAD, delivered, trusts
from tests.infrastructure.synthesis import ACCOUNT

DEV, PROD = "repo:acme/models:environment:dev", "repo:acme/models:environment:prod"
PULL_REQUEST, MAIN = "repo:acme/models:pull_request", "repo:acme/models:ref:refs/heads/main"
BOUNDARY = f"arn:aws:iam::{ACCOUNT}:policy/delivery/finetuning-boundary"


@pytest.mark.parametrize(
    ("role", "subject", "trusted"),
    [
        ("finetuning-dev-ci", DEV, True),
        ("finetuning-prod-ci", PROD, True),
        ("finetuning-plan", PULL_REQUEST, True),
        ("finetuning-plan", MAIN, True),
        ("finetuning-prod-ci", DEV, False),
        ("finetuning-prod-ci", PULL_REQUEST, False),
        ("finetuning-prod-ci", MAIN, False),
        ("finetuning-dev-ci", PULL_REQUEST, False),
        ("finetuning-prod-ci", "repo:acme/other:environment:prod", False),
        ("finetuning-prod-ci", "repo:acme-fork/models:environment:prod", False),
        ("finetuning-prod-ci", "repo:acme/models:environment:prod2", False),
        ("finetuning-prod-ci", "repo:acme/models:environment:PROD", False),
        ("finetuning-prod-ci", "repo:acme/models:*", False),
        ("finetuning-prod-ci", "repo:acme@1/models@2:environment:prod", False),
        ("finetuning-plan", "repo:acme-fork/models:pull_request", False),
        ("finetuning-plan", "repo:acme/models:ref:refs/heads/feature", False),
        ("finetuning-plan", "repo:acme/models:ref:refs/tags/main", False),
        ("finetuning-plan", DEV, False),
    ],
)
def test_workflows_are_trusted_by_their_exact_subject(role: str, subject: str, trusted: bool) -> None:
    """One repository, one environment; no fork, branch, tag or pull request deploys."""
    found = delivered().role(role)
    assert trusts(found, "AssumeRoleWithWebIdentity", PROVIDER, **_token(subject)) is trusted


def test_tokens_for_somebody_else_are_refused() -> None:
    """Whom the token is for, and who issued it, are asked too."""
    role = delivered().role("finetuning-prod-ci")
    other = PROVIDER.replace("token.actions", "gitlab")
    assert not trusts(role, "AssumeRoleWithWebIdentity", PROVIDER, **_token(PROD, "https://github.com/acme"))
    assert not trusts(role, "AssumeRoleWithWebIdentity", other, **_token(PROD))
    assert not trusts(role, "AssumeRole", f"arn:aws:iam::{ACCOUNT}:root")
    assert not trusts(role, "AssumeRoleWithWebIdentity", PROVIDER)


def test_subjects_with_ids_are_trusted_as_they_are() -> None:
    """Repositories of GitHub's that are younger than July 2026 have their ids in every subject."""
    role = delivered(github={"repository": "acme@12/models@34"}).role("finetuning-prod-ci")
    assert trusts(role, "AssumeRoleWithWebIdentity", PROVIDER, **_token("repo:acme@12/models@34:environment:prod"))
    assert not trusts(role, "AssumeRoleWithWebIdentity", PROVIDER, **_token(PROD))


@pytest.mark.parametrize(
    ("account", "said", "trusted"),
    [
        (WORKLOAD, {"sts__ExternalId": "faq"}, True),
        (WORKLOAD, {"sts__ExternalId": "other"}, False),
        (WORKLOAD, {}, False),
        (STRANGER, {"sts__ExternalId": "faq"}, False),
        (ACCOUNT, {"sts__ExternalId": "faq"}, False),
    ],
)
def test_invoke_role_trusts_the_listed_accounts_only(account: str, said: dict[str, str], trusted: bool) -> None:
    """With what they must say; not even the account of the models itself."""
    role = delivered().role("finetuning-prod-invoke")
    assert trusts(role, "AssumeRole", f"arn:aws:iam::{account}:root", **said) is trusted
    assert not trusts(role, "AssumeRoleWithWebIdentity", PROVIDER, **_token(PROD))


def test_environments_without_workload_accounts_have_no_invoke_role() -> None:
    """What nobody asked for is not there."""
    names = {role["RoleName"] for role in delivered().of_type("AWS::IAM::Role")}
    assert names == {
        "finetuning-dev-ci",
        "finetuning-staging-ci",
        "finetuning-prod-ci",
        "finetuning-plan",
        "finetuning-prod-invoke",
    }
    assert len(delivered(environments="{}", external_id=None, workload_accounts={}).of_type("AWS::IAM::Role")) == 4


def test_provider_is_made_for_sts_and_without_thumbprints() -> None:
    """IAM knows GitHub's certificate by its authority."""
    (provider,) = delivered().of_type("AWS::IAM::OIDCProvider")
    assert provider["ClientIdList"] == ["sts.amazonaws.com"]
    assert provider["Url"] == "https://token.actions.githubusercontent.com"
    assert "ThumbprintList" not in provider


def test_provider_of_the_account_is_reused() -> None:
    """An account can have it only once."""
    given = delivered(github={"repository": "acme/models", "oidc_provider_arn": PROVIDER})
    assert given.of_type("AWS::IAM::OIDCProvider") == []
    assert given.role("finetuning-prod-ci") == delivered().role("finetuning-prod-ci")


def test_sessions_last_no_longer_than_needed() -> None:
    """Hours for what waits for a training, one for everything else."""
    hours = {role["RoleName"]: role["MaxSessionDuration"] / 3600 for role in delivered().of_type("AWS::IAM::Role")}
    assert hours["finetuning-dev-ci"] == 6
    assert {hours["finetuning-plan"], hours["finetuning-prod-invoke"]} == {1}
    short = delivered(github={"repository": "acme/models", "session_hours": 1})
    assert short.role("finetuning-dev-ci")["MaxSessionDuration"] == 3600


def test_everything_is_out_of_reach_of_what_ci_deploys() -> None:
    """CloudFormation may change roles by the environments' prefix; none of these has it, for all have a path."""
    for type_ in ("AWS::IAM::Role", "AWS::IAM::ManagedPolicy"):
        assert {found["Path"] for found in delivered().of_type(type_)} == {"/delivery/"}


def test_stack_is_protected_and_tagged() -> None:
    """Nobody destroys it by accident."""
    assert delivered().protection is True
    for type_ in ("AWS::IAM::Role", "AWS::IAM::OIDCProvider"):
        for found in delivered().of_type(type_):
            assert {"Key": "finetuning:project", "Value": "finetuning"} in found["Tags"]


def test_stack_needs_no_bootstrap() -> None:
    """It is there before the bootstrap, whose policies it makes: no asset, no version to check, no role to assume."""
    template = delivered().template
    assert "Parameters" not in template
    assert "Rules" not in template
    # What the CDK CLI sends is YAML. Source: CloudFormation User Guide, quotas, template body size in a request.
    assert len(yaml.safe_dump(template)) < 51_200 - 100 * len(template["Resources"]), "the CLI adds paths"


def test_policies_fit_however_long_the_names_are() -> None:
    """Source: IAM User Guide, 'IAM and AWS STS quotas': a managed policy, and the inline policies of a role."""
    many = {f"longname{number:02}": {"account": ACCOUNT} for number in range(6)}
    largest = delivered("sixteen-letters1", json.dumps(many), workload_accounts={"longname00": [WORKLOAD]})
    for policy in largest.managed():
        assert _characters(policy) <= 6_144, policy["ManagedPolicyName"]
    for policy in largest.of_type("AWS::IAM::Policy"):
        assert _characters(policy) < 10_000


def test_environments_are_told_to_name_the_boundary() -> None:
    """The roles of one that does not would be refused, after a minute of deployment."""
    bounded = json.dumps({name: {"permissions_boundary": BOUNDARY} for name in ("dev", "staging")})
    assert [name for name in ("dev", "staging", "prod") if f"Unbounded-{name}" in str(delivered().report)] == [
        "dev",
        "staging",
        "prod",
    ]
    report = str(delivered(environments=bounded).report)
    assert "Unbounded-dev" not in report
    assert "Unbounded-prod" in report


def test_nag_finds_nothing_and_every_reason_is_needed() -> None:
    """The same rules as for the environments' stacks."""
    (report,) = [plugin for plugin in delivered().report["pluginReports"] if plugin["pluginName"] == "AwsSolutions"]
    assert report["violations"] == []
    assert all("*" in violation["acknowledgedId"] for violation in report["suppressedViolations"])


def _token(subject: str, audience: str = "sts.amazonaws.com") -> dict[str, str]:
    issuer = "token.actions.githubusercontent.com"
    return {f"{issuer}__sub": subject, f"{issuer}__aud": audience}


def _characters(policy: dict[str, object]) -> int:
    return len(json.dumps(policy["PolicyDocument"], separators=(",", ":")))
