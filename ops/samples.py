"""The first records of a model's datasets, where these are files of this repository: how it is best asked."""

from collections.abc import Mapping

from finetuning.dataset.conversation import Conversation
from finetuning.dataset.findings import Flaw
from finetuning.dataset.reading.formats import detect_format, parse_line, read
from ops.project import ROOT, Environment


def trained_in(environments: Mapping[str, Environment], environment: Environment, model: str) -> Environment:
    """Return the environment that trained a model: the source of its promotion, and of that one's, or its own.

    Args:
        environments: of the project, by name.
        environment: where the model is.
        model: its name, which is the same in each of them.
    """
    passed: set[str] = set()
    while (source := _source(environment, model)) in environments and source not in passed:
        passed.add(source)
        environment = environments[source]
    return environment


def _source(environment: Environment, model: str) -> str:
    section: object = environment.models.get(model)
    promotion = section.get("promotion") if isinstance(section, dict) else None
    return str(promotion.get("source", "")) if isinstance(promotion, dict) else ""


def is_prompt_known(environment: Environment, model: str) -> bool:
    """Return whether it can be told with which system prompt, or without one, a model was trained."""
    configured = bool(_dataset(environment, model).get("system_prompt"))
    return configured or _first_record(environment, model, "training") is not None


def system_prompt(environment: Environment, model: str) -> str | None:
    """Return the system prompt that a model was trained with: the configured one, else the one of the first record.

    None if it is neither configured nor in a file of this repository.
    """
    configured = _dataset(environment, model).get("system_prompt")
    if configured:
        return configured
    record = _first_record(environment, model, "training")
    return "".join(record.system.texts) if record and record.system else None


def question(environment: Environment, model: str) -> str | None:
    """Return the first question of the validation dataset, else of the training dataset; None if both are elsewhere."""
    for split in ("validation", "training"):
        record = _first_record(environment, model, split)
        if record and record.turns:
            return "".join(record.turns[0].texts)
    return None


def _first_record(environment: Environment, model: str, split: str) -> Conversation | None:
    location = _dataset(environment, model).get(split)
    if not location:
        return None
    try:
        with (ROOT / location).open("rb") as file:
            record = parse_line(file.readline())
    except OSError:
        return None
    data_format = None if isinstance(record, Flaw) else detect_format(record)
    if isinstance(record, Flaw) or data_format is None:
        return None
    return read(record, data_format)[0]


def _dataset(environment: Environment, model: str) -> dict[str, str]:
    """The dataset section, as far as it is well-formed."""
    section: object = environment.models.get(model)
    for key in ("training", "dataset"):
        section = section.get(key) if isinstance(section, dict) else None
    return {k: v for k, v in section.items() if isinstance(v, str)} if isinstance(section, dict) else {}
