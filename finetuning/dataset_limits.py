"""What a base model takes as a dataset: format, numbers of records and bytes, media, reserved strings."""

from dataclasses import dataclass
from typing import Literal

from finetuning.quota import Quota

#: ``openai-chat`` is what reinforcement fine-tuning takes, ``plain-text`` continued pre-training.
DataFormat = Literal[
    "anthropic-messages", "bedrock-conversation-2024", "prompt-completion", "openai-chat", "plain-text"
]


@dataclass(frozen=True)
class MediaLimits:
    """Which images and videos a record may refer to; sizes in bytes, None where no limit is documented.

    A record has images or videos, never both, and only the user shows them.

    Attributes:
        image_formats: values of ``image.format``.
        images_per_record: most images of one record.
        video_formats: values of ``video.format``; empty if the base model takes no videos.
        videos_per_record: most videos of one record.
        source: where it is documented.
    """

    image_formats: tuple[str, ...]
    images_per_record: int | None
    image_bytes: int | None
    video_formats: tuple[str, ...]
    videos_per_record: int | None
    video_bytes: int | None
    video_seconds: int | None
    source: str


@dataclass(frozen=True)
class DatasetLimits:
    """What Bedrock accepts as a dataset; sizes in bytes, None where no limit is documented.

    Attributes:
        known: False if AWS documents no limits of the base model, so that None means unknown, not unlimited.
        takes_validation: whether a job may have a validation dataset.
        minimum_total_records: of the training and the validation dataset together.
        maximum_total_records: of the training and the validation dataset together.
        system_blocks: most text blocks of a system prompt in ``bedrock-conversation-2024``.
        media: None if records hold text only.
        answers: whether a record must have, may have or must not have an answer.
        most_turns: messages of one record; None for any number.
    """

    known: bool
    takes_validation: bool
    minimum_training_records: int | None
    advised_training_records: int | None
    minimum_validation_records: int | None
    maximum_training_records: int
    maximum_validation_records: int | None
    minimum_total_records: int | None
    maximum_total_records: int
    tokens_per_record: int | None
    training_bytes: int | None
    validation_bytes: int | None
    system_blocks: int | None
    media: MediaLimits | None
    records_quota: Quota
    source: str
    answers: Literal["required", "optional", "refused"] = "required"
    most_turns: int | None = None


@dataclass(frozen=True)
class Reserved:
    """Strings that make a job fail when they occur in a text of one of the roles (``system`` counts as a role)."""

    strings: tuple[str, ...]
    roles: tuple[str, ...]
    source: str
