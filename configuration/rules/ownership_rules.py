"""Rules for what is named by its ARN: it must be where it can be used."""

import re
from collections.abc import Iterator

from configuration.models import EnvironmentConfiguration
from configuration.rules.case import Case
from finetuning import catalog
from finetuning.problems import Problem

# AWS General Reference, 'Amazon Resource Names': arn:partition:service:region:account:resource.
_ARN = re.compile(r"arn:[^:]+:[^:]+:(?P<region>[^:]*):(?P<account>[^:]*):.+", re.ASCII)
#: The account of the policies that AWS manages.
_MANAGED = "aws"


def environment_problems(environment: EnvironmentConfiguration, path: str) -> Iterator[Problem]:
    """Yield which of an environment's ARNs belong to another account or Region.

    A role can be passed and a boundary set within one account only (IAM User Guide, 'Granting a user permissions to
    pass a role', 'Permissions boundaries for IAM entities'). Bedrock and S3 encrypt with keys of their own Region.
    """
    yield from _misplaced(environment.key_arn, environment, f"{path}.key_arn", "the key")
    yield from _misplaced(environment.service_role_arn, environment, f"{path}.service_role_arn", "the role")
    yield from _misplaced(environment.permissions_boundary, environment, f"{path}.permissions_boundary", "the policy")


def model_problems(case: Case) -> Iterator[Problem]:
    """Yield which of a model's ARNs belong to another account or Region than its environment."""
    training, path = case.model.training, f"{case.path}.training"
    if custom_model := catalog.custom_model_arn(training.base_model):
        yield from _misplaced(custom_model, case.environment, f"{path}.base_model", "the custom model")
    if (key := training.dataset.key_arn) and (region := _part(key, "region")) != case.environment.region != "":
        yield Problem(
            f"{path}.dataset.key_arn",
            f"the key is in {region}, and the environment is in {case.environment.region}",
            "name a key of the environment's Region: the files are read there",
        )


def _misplaced(arn: str | None, environment: EnvironmentConfiguration, path: str, what: str) -> Iterator[Problem]:
    """Yield one problem for an ARN of another account or Region; IAM's have no Region, and AWS's own no account."""
    if not arn:
        return
    region, account = _part(arn, "region"), _part(arn, "account")
    wrong = []
    if account not in ("", _MANAGED) and environment.account and account != environment.account:
        wrong.append(("account", account, environment.account))
    if region and environment.region and region != environment.region:
        wrong.append(("Region", region, environment.region))
    if wrong:
        there = " and ".join(f"{kind} {found}" for kind, found, _ in wrong)
        here = " and ".join(f"{kind} {own}" for kind, _, own in wrong)
        yield Problem(path, f"{what} is in {there}, and the environment in {here}", "name one of the environment's own")


def _part(arn: str, name: str) -> str:
    found = _ARN.fullmatch(arn)
    return found[name] if found else ""
