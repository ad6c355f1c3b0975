"""What records are converted to: what one base model takes, with all its rules, or just a format."""

from dataclasses import replace

from finetuning import catalog
from finetuning.base_model import BaseModel, Reserved
from ops.data.given import find_base_model, known_format
from ops.errors import UsageError

#: Longer than any line that is read.
_NO_LIMIT = 2**40


def find(data_format: str | None, base_model: str | None) -> BaseModel:
    """Return the base model whose rules and format apply.

    Raises:
        UsageError: neither is given, they contradict each other, or one does not exist.
    """
    known_format(data_format, "--to")
    if base_model is None:
        if data_format is None:
            formats = ", ".join(sorted({model.data_format for model in catalog.base_models()}))
            raise UsageError(f"say what to convert to: --base-model ID, or --to with one of {formats}")
        return _any_of(data_format)
    found = find_base_model(base_model)
    if data_format not in {None, found.data_format}:
        raise UsageError(f"--to {data_format}: {found.name} is trained in {found.data_format}; give one of the two")
    return found


def _any_of(data_format: str) -> BaseModel:
    """A base model that is trained in a format, without what it alone forbids: reserved strings, long records."""
    for model in catalog.base_models():
        if model.data_format == data_format:
            reserved = Reserved((), (), "no base model is named")
            limits = replace(model.limits, tokens_per_record=_NO_LIMIT)
            return replace(model, name=f"the format {data_format}", reserved=reserved, limits=limits)
    raise UsageError(f"--to {data_format}: no base model of the catalog is trained in it")
