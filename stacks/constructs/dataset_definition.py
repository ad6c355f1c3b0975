"""What is asked of a dataset: where its files are, and how they are read and judged."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class DatasetSource:
    """One file of examples in S3.

    Attributes:
        split: "training", "validation" or "test".
        bucket: name of the bucket.
        key: of the object.
        version: of the object; "" for the latest.
    """

    split: str
    bucket: str
    key: str
    version: str = ""

    @property
    def uri(self) -> str:
        """The object's URI, pinned to the version if there is one."""
        return f"s3://{self.bucket}/{self.key}" + (f"?versionId={self.version}" if self.version else "")


@dataclass(frozen=True)
class DatasetRules:
    """How the files of a dataset are read and judged.

    Attributes:
        data_format: of the files; None to recognise it.
        system_prompt: for examples that have none; None for no such prompt.
        waivers: code of a rule → why it is waived.
        batch_size: hyperparameter of the job, as a string; None for the base model's default.
        media: ``s3://bucket/prefix/`` of images and videos; None if there are none.
    """

    data_format: str | None = None
    system_prompt: str | None = None
    waivers: Mapping[str, str] = field(default_factory=dict)
    batch_size: str | None = None
    media: str | None = None

    @property
    def properties(self) -> dict[str, object]:
        """What of it was given, as properties of the custom resource."""
        given = {
            "Format": self.data_format,
            "SystemPrompt": self.system_prompt,
            "Waivers": dict(self.waivers) or None,
            "BatchSize": self.batch_size,
            "Media": self.media,
        }
        return {name: value for name, value in given.items() if value is not None}
