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
        account: that owns the bucket; "" for the stack's own.
    """

    split: str
    bucket: str
    key: str
    version: str = ""
    account: str = ""

    @property
    def uri(self) -> str:
        """The object's URI, pinned to the version if there is one."""
        return f"s3://{self.bucket}/{self.key}" + (f"?versionId={self.version}" if self.version else "")


@dataclass(frozen=True)
class DatasetMedia:
    """The folder of a dataset's images and videos.

    Attributes:
        bucket: name of the bucket.
        prefix: of the objects, with its last slash.
        account: that owns the bucket; "" for the stack's own.
    """

    bucket: str
    prefix: str
    account: str = ""

    @property
    def uri(self) -> str:
        """``s3://bucket/prefix/``."""
        return f"s3://{self.bucket}/{self.prefix}"


@dataclass(frozen=True)
class DatasetRules:
    """How the files of a dataset are read and judged.

    Attributes:
        data_format: of the files; None to recognise it.
        system_prompt: for examples that have none; None for no such prompt.
        waivers: code of a rule → why it is waived.
        batch_size: hyperparameter of the job, as a string; None for the base model's default.
        media: folder of images and videos; None if there are none.
        customization_type: of the job, which decides what a record is.
        expected_digests: split → SHA-256 that its staged copy must have; empty if any data will do.
    """

    data_format: str | None = None
    system_prompt: str | None = None
    waivers: Mapping[str, str] = field(default_factory=dict)
    batch_size: str | None = None
    media: DatasetMedia | None = None
    customization_type: str = "FINE_TUNING"
    expected_digests: Mapping[str, str] = field(default_factory=dict)

    @property
    def properties(self) -> dict[str, object]:
        """What of it was given, as properties of the custom resource."""
        given = {
            "Format": self.data_format,
            "SystemPrompt": self.system_prompt,
            "Waivers": dict(self.waivers) or None,
            "BatchSize": self.batch_size,
            "Media": self.media.uri if self.media else None,
            # Fine-tuning is what the function assumes, so that what was deployed before stays as it is.
            "CustomizationType": self.customization_type if self.customization_type != "FINE_TUNING" else None,
            "ExpectedDigests": dict(self.expected_digests) or None,
            "MediaAccount": (self.media.account or None) if self.media else None,
        }
        return {name: value for name, value in given.items() if value is not None}
