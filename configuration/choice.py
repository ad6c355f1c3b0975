"""Which environment and which models a run is about; a wrong one is never guessed."""

import ipaddress
import re
from collections.abc import Collection, Iterator, Mapping
from urllib.parse import urlsplit

from finetuning import names
from finetuning.problems import Problem
from finetuning.suggestions import did_you_mean

LOCAL = "local"
#: The account of the embedded AWS, which no real account can have.
LOCAL_ACCOUNT = "000000000000"
KEYS = ("project", "environments", "env", "model", "wait")
_MEANT = {"environment": ("env",)}
_WORD = re.compile(r"[A-Za-z_][\w-]*", re.ASCII)
_TRUTH = {"true": True, "1": True, "yes": True, "false": False, "0": False, "no": False, "": False}


def is_loopback(endpoint_url: str | None) -> bool:
    """Return whether an endpoint can only be on this machine: 127.0.0.0/8, ::1 or localhost, over http or https."""
    try:
        url = urlsplit(endpoint_url or "")
        host = url.hostname or ""
    except ValueError:
        return False
    if url.scheme not in ("http", "https"):
        return False
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def misspelt_keys(context: Mapping[str, object], fields: Collection[str] = ()) -> Iterator[Problem]:
    """Yield a problem for each plain context key that looks like one of ours but is not.

    Args:
        context: of the CDK app; keys that look like nothing of ours are somebody else's.
        fields: the paths with which a field can be set by `-c`; whoever types its last word only meant the path.
    """
    for key in context:
        if not _WORD.fullmatch(key) or key in KEYS:
            continue
        paths = [*_MEANT.get(key, ()), *(path for path in fields if path.rpartition(".")[2] == key)]
        guess = f"did you mean {' or '.join(map(repr, paths))}?" if paths else did_you_mean(key, KEYS)
        if guess:
            yield Problem(f"-c {key}", f"unknown context key; known: {', '.join(KEYS)}", guess)


def environment(context: Mapping[str, object], known: Mapping[str, object], endpoint_url: str | None) -> str | Problem:
    """Return the name of the chosen environment, or why none can be chosen.

    Without ``-c env=`` it is `local`, and only if the endpoint is on this machine: a real account is always named.
    """
    chosen = context.get("env")
    if chosen is None:
        if is_loopback(endpoint_url) and LOCAL in known:
            return LOCAL
        fix = "pass -c env=<environment>, or point this shell to the embedded AWS: . .local/environment.sh"
        return Problem("env", f"no environment chosen; known: {', '.join(known)}", fix)
    if not isinstance(chosen, str) or chosen not in known:
        guess = did_you_mean(str(chosen), known) or f"choose one of them or add it to {'environments'!r} in cdk.json"
        return Problem("-c env", f"unknown environment {chosen!r}; known: {', '.join(known)}", guess)
    return chosen


def endpoint_problems(environment: str, account: object, endpoint_url: str | None) -> Iterator[Problem]:
    """Yield why `local` must not be synthesized: it may reach nothing but this machine."""
    if environment != LOCAL:
        return
    if not is_loopback(endpoint_url):
        received = "AWS_ENDPOINT_URL is not set" if not endpoint_url else f"AWS_ENDPOINT_URL is {endpoint_url!r}"
        yield Problem(
            "environments.local",
            f"{received}; the local environment is only for an embedded AWS on a loopback address",
            "run python -m local start and source .local/environment.sh, or pass -c env=<environment>",
        )
    if account != LOCAL_ACCOUNT:
        yield Problem("environments.local.account", f"must be {LOCAL_ACCOUNT!r}, got {account!r}", "restore it")


def models(context: Mapping[str, object], known: Mapping[str, object], path: str) -> tuple[str, ...] | Problem:
    """Return the names of the chosen models: all of them, or the one that ``-c model=`` names."""
    chosen = context.get("model")
    if chosen is None:
        return tuple(known)
    if not isinstance(chosen, str) or chosen not in known:
        available = ", ".join(known) or "none"
        guess = did_you_mean(str(chosen), known) or f"choose one of them or add it to {path}"
        return Problem("-c model", f"unknown model {chosen!r}; known: {available}", guess)
    return (chosen,)


def name_problems(project: object, environment: str, models: Mapping[str, object], path: str) -> Iterator[Problem]:
    """Yield a problem for each name that could not be part of the names of Bedrock's resources."""
    words = "lower-case letters, digits and single hyphens between them, beginning with a letter"
    if not isinstance(project, str) or not names.PROJECT.fullmatch(project):
        rule = f"must be 1 to 16 {words}, and not with aws or ssm, got {project!r}"
        yield Problem("project", rule, "rename it in cdk.json")
    if not names.ENVIRONMENT.fullmatch(environment):
        rule = "must be 1 to 10 lower-case letters and digits, beginning with a letter"
        yield Problem(path, f"the environment's name {rule}, got {environment!r}", "rename it in cdk.json")
    for model in models:
        if not names.MODEL.fullmatch(model):
            yield Problem(f"{path}.models.{model}", f"a model's name must be 2 to 18 {words}", "rename it in cdk.json")


def truth(value: object) -> bool | None:
    """Return what a switch such as ``-c wait=true`` says, or None if it says neither yes nor no."""
    return value if isinstance(value, bool) else _TRUTH.get(str(value).lower())
