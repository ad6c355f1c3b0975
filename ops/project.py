"""What `cdk.json` says about the project, read leniently: an operator must be able to look at a broken configuration.

`configuration.load` judges the whole configuration; here only names, accounts and Regions matter.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from configuration import choice, placeholders, regions
from finetuning.suggestions import did_you_mean
from ops.errors import UsageError

ROOT = Path(__file__).resolve().parents[1]
FILE = ROOT / "cdk.json"


@dataclass(frozen=True)
class Environment:
    """One environment: where it is, the models that are configured for it, and prices, as their author wrote them.

    Attributes:
        region: of `local`, which may leave it out, one in which its base models can be customized.
        region_left_out: whether cdk.json leaves it to the base models, which `-c` may change.
        no_region: why there is none, if `local` leaves it out and its base models have none in common.
    """

    name: str
    account: str
    region: str
    removal_policy: str
    models: Mapping[str, Any]
    prices: Mapping[str, Any] = field(default_factory=dict)
    no_region: str = ""
    region_left_out: bool = False

    @property
    def is_placeholder(self) -> bool:
        """Whether account or Region have yet to be written."""
        return any(map(placeholders.is_placeholder, (self.account, self.region)))


@dataclass(frozen=True)
class Project:
    """The project's name and its environments."""

    name: str
    environments: Mapping[str, Environment]


def load(path: Path = FILE) -> Project:
    """Return the project that a `cdk.json` describes.

    Raises:
        UsageError: the file is missing or has no environments.
    """
    context = read(path).get("context")
    environments = context.get("environments") if isinstance(context, dict) else None
    if not isinstance(context, dict) or not isinstance(environments, dict) or not environments:
        raise UsageError(f"{path} has no context.environments; restore the file from git")
    known = {name: _environment(name, raw) for name, raw in environments.items() if isinstance(raw, dict)}
    return Project(str(context.get("project", "")), known)


def read(path: Path) -> dict[str, Any]:
    """Return the JSON object in a file.

    Raises:
        UsageError: there is none.
    """
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise UsageError(f"cannot read {path}: {error.strerror}; give the path of cdk.json") from error
    except ValueError as error:
        raise UsageError(f"{path} is not JSON: {error}; correct it or restore it from git") from error
    if not isinstance(document, dict):
        raise UsageError(f"{path} must hold a JSON object; restore it from git")
    return document


def choose(project: Project, name: str | None, endpoint_url: str | None) -> Environment:
    """Return the environment that is asked for: by name, or `local` when AWS is embedded; never a guess.

    Raises:
        UsageError: none is named, it is unknown, or it has yet to be initialised.
    """
    environment = named(project, name, endpoint_url)
    name = environment.name
    if problems := list(choice.endpoint_problems(name, environment.account, endpoint_url)):
        fix = "start it with 'python -m local start' and source .local/environment.sh, or pass another --env"
        raise UsageError("\n".join(f"{problem.path}: {problem.message}; {fix}" for problem in problems))
    if environment.no_region:
        raise UsageError(environment.no_region)
    if environment.is_placeholder:
        fix = f"python -m ops init --env {name} --account 111122223333 --region us-east-1"
        raise UsageError(f"environments.{name} has no account or region yet; write them with: {fix}")
    return environment


def named(project: Project, name: str | None, endpoint_url: str | None) -> Environment:
    """Return the environment that is asked for, as `choose` does, but initialised or not, and reachable or not.

    Raises:
        UsageError: none is named, or it is unknown.
    """
    if name is None:
        if not choice.is_loopback(endpoint_url) or choice.LOCAL not in project.environments:
            known = ", ".join(project.environments)
            fix = "or point this shell to the embedded AWS: . .local/environment.sh"
            raise UsageError(f"no environment chosen; pass --env with one of {known}, {fix}")
        name = choice.LOCAL
    return find(project, name)


def find(project: Project, name: str) -> Environment:
    """Return an environment by its name, initialised or not: what needs no AWS needs no account.

    Raises:
        UsageError: it is unknown.
    """
    environment = project.environments.get(name)
    if environment is None:
        fix = did_you_mean(name, project.environments) or "choose one of them"
        raise UsageError(f"--env: unknown environment {name!r}; known: {', '.join(project.environments)}; {fix}")
    return environment


def choose_model(environment: Environment, name: str | None, others: frozenset[str] = frozenset()) -> str:
    """Return the model that is asked for: by name, or the only one.

    Args:
        environment: whose models are configured.
        name: what was asked for, or None.
        others: models that are known although they are not configured any more.

    Raises:
        UsageError: it is unknown, or there are several to choose from.
    """
    known = sorted({*environment.models, *others})
    if name is None:
        if len(known) == 1:
            return known[0]
        raise UsageError(f"pass --model with one of: {', '.join(known) or 'none is configured'}")
    if name not in known:
        fix = did_you_mean(name, known) or "choose one of them"
        raise UsageError(f"--model: unknown model {name!r}; known: {', '.join(known) or 'none'}; {fix}")
    return name


def _environment(name: str, raw: Mapping[str, Any]) -> Environment:
    models, prices = ({} if not isinstance(raw.get(key), dict) else raw[key] for key in ("models", "prices"))
    region = regions.resolve(name, raw, models)
    return Environment(
        name=name,
        account=str(raw.get("account", "<account>")),
        region=region if isinstance(region, str) else "<region>",
        removal_policy=str(raw.get("removal_policy", "")),
        models=models,
        prices=prices,
        no_region="" if region is None or isinstance(region, str) else str(region),
        region_left_out="region" not in raw,
    )
