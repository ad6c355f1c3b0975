"""Rules for ``delivery``, by itself and beside the environments that it is for."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from configuration import choice, regions
from configuration.sections.delivery import DeliveryConfiguration
from finetuning.problems import Problem
from finetuning.suggestions import did_you_mean

#: Source: AWS CDK Developer Guide, 'Bootstrap your environment'.
DEFAULT_QUALIFIER = "hnb659fds"


@dataclass(frozen=True)
class Surroundings:
    """What stands beside the section.

    Attributes:
        environments: of the project, as their authors wrote them.
        boundary_arn: of the policy that is to bound their roles.
        qualifier: of the bootstrap that the environments' stacks use.
        endpoint_url: AWS_ENDPOINT_URL.
    """

    environments: Mapping[str, Mapping[str, Any]]
    boundary_arn: str
    qualifier: str
    endpoint_url: str | None

    def here(self, section: DeliveryConfiguration) -> tuple[str, ...]:
        """The environments in the section's account and Region."""
        place = (section.account, section.region)
        return tuple(
            name for name, raw in self.environments.items() if (raw.get("account"), _region(name, raw)) == place
        )

    def delivered(self, section: DeliveryConfiguration) -> tuple[str, ...]:
        """The environments that the section is for."""
        return self.here(section) if section.environments is None else section.environments


def problems(section: DeliveryConfiguration, surroundings: Surroundings) -> Iterator[Problem]:
    """Yield what is wrong; the section may be salvaged, and what cannot be read is passed over."""
    yield from _place_problems(section, surroundings)
    yield from _environment_problems(section, surroundings)
    yield from _workload_problems(section, surroundings)
    yield from _given_problems(section, surroundings)


def _place_problems(section: DeliveryConfiguration, surroundings: Surroundings) -> Iterator[Problem]:
    if section.account == choice.LOCAL_ACCOUNT and not choice.is_loopback(surroundings.endpoint_url):
        yield Problem(
            "delivery.account",
            f"{section.account} is the embedded AWS's; no real account has it",
            "write your own, or run python -m local start and source .local/environment.sh",
        )


def _environment_problems(section: DeliveryConfiguration, surroundings: Surroundings) -> Iterator[Problem]:
    known, path = surroundings.environments, "delivery.environments"
    here = surroundings.here(section)
    is_elsewhere = section.account == choice.LOCAL_ACCOUNT and not choice.is_loopback(surroundings.endpoint_url)
    if is_elsewhere or not (section.account and section.region):
        return  # another problem says so
    if not here:
        placed = ", ".join(f"{name} ({raw.get('account')}, {_region(name, raw)})" for name, raw in known.items())
        received = f"no environment is in account {section.account} and Region {section.region}; known: {placed}"
        yield Problem("delivery.account", received, "correct it, or the environment's account and region")
        return
    for name in section.environments or ():
        if name not in known:
            guess = did_you_mean(name, known) or "remove it"
            yield Problem(path, f"unknown environment {name!r}; known: {', '.join(known)}", guess)
        elif name not in here:
            received = f"environment {name!r} is in another account or Region; here are: {', '.join(here)}"
            yield Problem(path, received, "remove it: its account has a Delivery stack of its own")
    for name in surroundings.delivered(section):
        bounded_by = known.get(name, {}).get("permissions_boundary")
        if bounded_by not in (None, surroundings.boundary_arn):
            yield Problem(
                f"environments.{name}.permissions_boundary",
                f"is {bounded_by!r}, and the roles of this account are bounded by {surroundings.boundary_arn!r}",
                "write the latter, or the former as delivery.permissions_boundary",
            )


def _workload_problems(section: DeliveryConfiguration, surroundings: Surroundings) -> Iterator[Problem]:
    here = surroundings.here(section)
    delivered = [name for name in surroundings.delivered(section) if name in here]
    for name, accounts in section.workload_accounts.items():
        path = f"delivery.workload_accounts.{name}"
        if delivered and name not in delivered:
            guess = did_you_mean(name, delivered) or "remove it"
            yield Problem(path, f"no environment of this account; known: {', '.join(delivered)}", guess)
        if section.account in accounts:
            fix = "remove it: an application of the model's own account needs rights of its own, and no other role"
            yield Problem(path, f"{section.account} is the account of the models itself", fix)
    if section.external_id and not section.workload_accounts:
        yield Problem("delivery.external_id", "is for nobody: there are no workload_accounts", "add them or remove it")


def _given_problems(section: DeliveryConfiguration, surroundings: Surroundings) -> Iterator[Problem]:
    given = {
        "delivery.github.oidc_provider_arn": section.github.oidc_provider_arn,
        "delivery.permissions_boundary": section.permissions_boundary,
    }
    for path, arn in given.items():
        owner = arn.split(":")[4] if arn and section.account else ""
        if owner not in ("", "aws", section.account):
            yield Problem(
                path, f"is of account {owner}, and the stack is in {section.account}", "name one of the latter"
            )
    if section.bootstrap_qualifier and section.bootstrap_qualifier != surroundings.qualifier:
        yield Problem(
            "delivery.bootstrap_qualifier",
            f"is {section.bootstrap_qualifier!r}, and the stacks are deployed with {surroundings.qualifier!r}",
            'write the same into "@aws-cdk/core:bootstrapQualifier" in context of cdk.json',
        )


def _region(name: str, raw: Mapping[str, Any]) -> str:
    models = raw.get("models")
    found = regions.resolve(name, raw, models if isinstance(models, Mapping) else {})
    return found if isinstance(found, str) else ""
