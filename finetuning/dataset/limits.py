"""How many records and bytes a base model takes."""

from collections.abc import Iterator

from finetuning.base_model import BaseModel
from finetuning.dataset.findings import Flaw


def split_flaws(base_model: BaseModel, split: str, records: int, size: int) -> Iterator[Flaw]:
    """Yield what is wrong with the number of records and the bytes of one split.

    No limits are documented for a test dataset, which Bedrock never sees; it must not be empty.
    """
    limits = base_model.limits
    minimum, maximum, largest = {
        "training": (limits.minimum_training_records, limits.maximum_training_records, limits.training_bytes),
        "validation": (limits.minimum_validation_records, limits.maximum_validation_records, limits.validation_bytes),
    }.get(split, (None, None, None))
    minimum = minimum or 1
    if records < minimum:
        yield Flaw("DS501", "", f"{records} records, {base_model.name} needs at least {minimum}")
    elif split == "training" and records < (limits.advised_training_records or 0):
        yield Flaw("DS504", "", f"{records} records, {limits.advised_training_records} or more are advised")
    if maximum is not None and records > maximum:
        yield Flaw("DS502", "", f"{records} records, {base_model.name} takes at most {maximum}")
    if largest is not None and size > largest:
        yield Flaw("DS505", "", f"{size} bytes, {base_model.name} takes at most {largest}")


def total_flaws(base_model: BaseModel, records: int) -> Iterator[Flaw]:
    """Yield what is wrong with the number of training and validation records together."""
    maximum = base_model.limits.maximum_total_records
    if records > maximum:
        quota = base_model.limits.records_quota.code
        yield Flaw("DS503", "", f"{records} records, {base_model.name} takes at most {maximum} (quota {quota})")
