"""How many records and bytes a base model takes."""

from collections.abc import Iterator, Mapping

from finetuning.base_model import BaseModel
from finetuning.dataset.findings import Flaw

#: Records that inspections remember where no limit is documented: the largest limit of a base model that is (Nova).
MOST_REMEMBERED = 20_000


def most_records(base_model: BaseModel) -> int:
    """Return how many records of a split an inspection remembers, so that its memory is bounded."""
    return base_model.limits.maximum_total_records or MOST_REMEMBERED


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


def total_flaws(base_model: BaseModel, records: Mapping[str, int | None]) -> Iterator[Flaw]:
    """Yield what is wrong with the number of training and validation records together.

    Args:
        base_model: whose limits apply.
        records: split → number of its records; None if the file could not be read as records.
    """
    limits, name = base_model.limits, base_model.name
    numbers = [records.get("training", 0), records.get("validation", 0)]
    if None in numbers:
        return
    total = sum(number or 0 for number in numbers)
    if limits.maximum_total_records is not None and total > limits.maximum_total_records:
        quota = limits.records_quota.code
        yield Flaw("DS503", "", f"{total} records, {name} takes at most {limits.maximum_total_records} (quota {quota})")
    if "training" in records and total < (limits.minimum_total_records or 0):
        minimum = limits.minimum_total_records
        yield Flaw("DS501", "", f"{total} records together, {name} needs at least {minimum}")


def advice_flaws(records: Mapping[str, int | None], batch_size: int | None) -> Iterator[Flaw]:
    """Yield what the article on fine-tuning Claude 3 Haiku advises against (rules DS506 and DS507).

    The article gives no number for the batch size; fewer than two batches per epoch is this project's reading of it.

    Args:
        records: split → number of its records; None if the file could not be read as records.
        batch_size: of the customization job; None if it is not known.
    """
    if "training" not in records:
        return
    if "validation" not in records:
        yield Flaw("DS506", "", "there is no validation dataset")
    training = records["training"]
    if batch_size is not None and training is not None and training < 2 * batch_size:
        yield Flaw("DS507", "", f"batches of {batch_size} records, of which there are {training}")
