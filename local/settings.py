"""What can be set about the embedded AWS, all of it through environment variables named LOCAL_AWS_*."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import date
from pathlib import Path
from typing import Any, TypeVar

from local.faults import rules

PROJECT_FOLDER = Path(__file__).resolve().parent.parent
ACCOUNT = "000000000000"
HOST = "127.0.0.1"
_PREFIX = "LOCAL_AWS_"
Number = TypeVar("Number", int, float)


class SettingsError(ValueError):
    """One or more LOCAL_AWS_* variables cannot be used; the message lists all of them, one per line."""


@dataclass(frozen=True)
class Quotas:
    """Service quotas of the embedded Bedrock.

    Source: AWS General Reference, "Amazon Bedrock endpoints and quotas", of which those of model units alone differ.

    Attributes:
        model_units: No-commitment model units across custom models. AWS's default is 0 (a real account must ask for
            more first); it is 2 here so that provisioned throughput can be tried at all.
        units_per_throughput: Model units of one provisioned throughput, for each base model. AWS's default is 0.
        customization_jobs: Scheduled (unfinished) customization jobs.
        custom_models: Custom models per account.
        deployments: Custom model deployments in total.
        deployments_in_progress: Custom model deployments being created at one time.
        evaluation_jobs: Unfinished evaluation jobs with a judge or built-in metrics.
        requests_per_minute: Requests of the runtime that one model or endpoint answers in a simulated minute. AWS's
            quotas differ by model; this one is out of the way until a test lowers it.
    """

    model_units: int = 2
    units_per_throughput: int = 2
    customization_jobs: int = 10
    custom_models: int = 100
    deployments: int = 10
    deployments_in_progress: int = 2
    evaluation_jobs: int = 20
    requests_per_minute: int = 10_000


QUOTA_NAMES = tuple(item.name for item in fields(Quotas))


@dataclass(frozen=True)
class Settings:
    """Settings of one embedded AWS.

    Attributes:
        port: TCP port on 127.0.0.1.
        region: Region of `environment.sh` and the server's default region.
        clock_speed: Simulated seconds that pass in one real second, at least 1.
        today: The date as of which base-model lifecycle is judged. On the default every base model
            of the catalog takes jobs; Llama 3.2 became Legacy on 2026-01-07, Claude 3 Haiku on 2026-03-10.
        state_folder: Folder of lock, log, state and scratch files.
        log_level: Level of the server's log.
        quotas: Bedrock's service quotas.
        fresh_account: Whether the account has AWS's defaults: no model units at all, whatever `quotas` says.
        faults: Faults on purpose from the start, as JSON; "" for none.
    """

    port: int = 14566
    region: str = "us-west-2"
    clock_speed: float = 600.0
    today: date = date(2025, 12, 15)
    state_folder: Path = PROJECT_FOLDER / ".local"
    log_level: str = "INFO"
    quotas: Quotas = field(default_factory=Quotas)
    fresh_account: bool = False
    faults: str = ""

    @property
    def fault_plan(self) -> rules.Plan:
        """The faults in effect from the start."""
        return rules.parse(self.faults or "[]", QUOTA_NAMES)

    @property
    def account_quotas(self) -> Quotas:
        """The quotas that the account begins with."""
        return replace(self.quotas, model_units=0, units_per_throughput=0) if self.fresh_account else self.quotas

    @property
    def endpoint_url(self) -> str:
        """URL of every service."""
        return f"http://{HOST}:{self.port}"

    def real_seconds(self, simulated: float) -> float:
        """Real seconds in which `simulated` seconds pass."""
        return simulated / self.clock_speed

    def to_environment(self) -> dict[str, str]:
        """The variables that `from_environment` reads back as these settings."""
        own = {_variable(item.name): str(getattr(self, item.name)) for item in fields(self) if item.name != "quotas"}
        return own | {_variable(f"quota_{item.name}"): str(getattr(self.quotas, item.name)) for item in fields(Quotas)}

    def on_port(self, text: str) -> "Settings":
        """These settings with the port that was given on the command line.

        Raises:
            SettingsError: It is no port.
        """
        try:
            return replace(self, port=_port(text))
        except ValueError as error:
            raise SettingsError(f"--port: {error}, received {text!r}") from None

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> "Settings":
        """Settings from LOCAL_AWS_* variables; what is not set keeps its default.

        Raises:
            SettingsError: A variable is unknown or has a value that is not allowed.
        """
        given = {name: value for name, value in environment.items() if name.startswith(_PREFIX)}
        quota_parsers = {f"quota_{item.name}": _count for item in fields(Quotas)}
        parsers: dict[str, Callable[[str], Any]] = {**_PARSERS, **quota_parsers}
        parsed: dict[str, Any] = {}
        problems = [
            f"{name}: not a setting; known are {', '.join(sorted(map(_variable, parsers)))}"
            for name in sorted(given.keys() - set(map(_variable, parsers)))
        ]
        for name, parse in parsers.items():
            text = given.get(_variable(name))
            if text is None:
                continue
            try:
                parsed[name] = parse(text)
            except ValueError as error:
                problems.append(f"{_variable(name)}: {error}, received {text!r}")
        if problems:
            raise SettingsError("\n".join(problems))
        quotas = {name.removeprefix("quota_"): parsed.pop(name) for name in quota_parsers if name in parsed}
        return cls(**parsed, quotas=Quotas(**quotas))


def _variable(name: str) -> str:
    return _PREFIX + name.upper()


def _port(text: str) -> int:
    return _bounded(text, int, 1024, 65535)


def _count(text: str) -> int:
    return _bounded(text, int, 0, 10_000)


def _clock_speed(text: str) -> float:
    return _bounded(text, float, 1, 100_000)


def _bounded(text: str, kind: type[Number], least: int, most: int) -> Number:
    message = f"must be {'a whole number' if kind is int else 'a number'} from {least} to {most}"
    try:
        value = kind(text)
    except ValueError:
        raise ValueError(message) from None
    if not least <= value <= most:
        raise ValueError(message)
    return value


def _date(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ValueError("must be a date such as 2026-01-15") from None


def _region(text: str) -> str:
    if text.count("-") < 2:
        raise ValueError("must be a region such as us-west-2")
    return text


def _log_level(text: str) -> str:
    allowed = ("DEBUG", "INFO", "WARNING", "ERROR")
    if text.upper() not in allowed:
        raise ValueError(f"must be one of {', '.join(allowed)}")
    return text.upper()


def _truth(text: str) -> bool:
    if text.lower() not in ("true", "false"):
        raise ValueError("must be true or false")
    return text.lower() == "true"


def _folder(text: str) -> Path:
    return Path(text).expanduser().resolve()


def _faults(text: str) -> str:
    """A document of faults, given itself or as the path of a file that holds it."""
    if text and not text.lstrip().startswith(("[", "{")):
        try:
            text = Path(text).expanduser().read_text(encoding="utf-8")
        except OSError as error:
            raise ValueError(f"must be JSON or the path of a JSON file ({error.strerror})") from None
    try:
        rules.parse(text or "[]", QUOTA_NAMES)
    except rules.FaultsError as error:
        raise ValueError("; ".join(str(error).splitlines())) from None
    return text


_PARSERS: dict[str, Callable[[str], Any]] = {
    "port": _port,
    "region": _region,
    "clock_speed": _clock_speed,
    "today": _date,
    "state_folder": _folder,
    "log_level": _log_level,
    "fresh_account": _truth,
    "faults": _faults,
}
