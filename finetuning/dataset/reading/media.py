"""Images and videos in a record: blocks of ``bedrock-conversation-2024`` that name an object in S3.

Sources: Amazon Nova User Guide, 'Preparing data for fine-tuning understanding models' (shape, file names, one video or
several images); Bedrock User Guide, 'Prepare data for fine-tuning image and text processing models' (Llama 3.2); Amazon
S3 User Guide, 'General purpose bucket naming rules' and 'Naming Amazon S3 objects'.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from finetuning.base_model import BaseModel, MediaLimits
from finetuning.dataset.findings import Flaw
from finetuning.dataset.reading.redaction import redact
from finetuning.suggestions import did_you_mean

#: The keys that make a block an image or a video.
KINDS = ("image", "video")

_LONGEST_KEY = 1024
_BUCKET = re.compile(r"(?!.*\.\.)[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]", re.ASCII)
_KEY = re.compile(r"[A-Za-z0-9_\-/.]+", re.ASCII)


@dataclass(frozen=True, slots=True)
class Media:
    """An image or a video that a turn shows.

    Attributes:
        kind: ``image`` or ``video``.
        index: its place among the blocks of its turn, texts included.
        content: what stands under the kind: ``format`` and ``source``.
        path: where it stands in the record.
    """

    kind: str
    index: int
    content: Mapping[str, Any]
    path: str

    @property
    def format(self) -> str:
        """Return the value of ``format``."""
        return str(self.content["format"])


def uri_problem(uri: str) -> str | None:
    """Return why Bedrock cannot read a URI as that of an image or a video, or None if it can."""
    if not uri.startswith("s3://"):
        return "URI does not begin with s3://"
    bucket, _, key = uri.removeprefix("s3://").partition("/")
    if not _BUCKET.fullmatch(bucket):
        return "URI does not name a bucket: 3 to 63 lower-case letters, digits, dots and hyphens"
    if not key or key.endswith("/"):
        return "URI names no object in the bucket"
    if not _KEY.fullmatch(key):
        return "key has characters other than letters, digits and _ - / ."
    if len(key) > _LONGEST_KEY:
        return f"key has {len(key)} characters, S3 takes at most {_LONGEST_KEY}"
    return None


def media_flaws(turns: Iterable[tuple[str, tuple[Media, ...]]], base_model: BaseModel) -> Iterator[Flaw]:
    """Yield what is wrong with the images and videos of a record for a base model.

    Args:
        turns: role and media of each turn, the system prompt included.
        base_model: whose limits apply.
    """
    limits = base_model.limits.media
    taken = []
    for role, media in turns:
        for each in media:
            if limits is None or (each.kind == "video" and not limits.video_formats):
                only = "text" if limits is None else "text and images"
                yield Flaw("DS206", each.path, f"{each.kind} block; {base_model.name} is trained on {only} only")
                continue
            taken.append(each)
            if role != "user":
                yield Flaw("DS211", each.path, f"{each.kind} in the {role} text; only the user shows media")
            yield from _format_flaws(each, limits, base_model)
    if limits is not None:
        yield from _number_flaws(taken, limits, base_model)


def media_uris(record: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the URIs of a good record's images and videos, in order, each once; none in the other formats."""
    contents = [message["content"] for message in record.get("messages", ())]
    blocks = [block for content in contents if isinstance(content, list) for block in content]
    shown = [block[kind] for block in blocks for kind in KINDS if kind in block]
    return tuple(dict.fromkeys(each["source"]["s3Location"]["uri"] for each in shown))


def uri_flaws(uri: str, path: str) -> Iterator[Flaw]:
    """Yield the flaw of a URI, if it has one."""
    problem = uri_problem(uri)
    if problem is not None:
        yield Flaw("DS209", path, problem, redact(uri))


def _format_flaws(media: Media, limits: MediaLimits, base_model: BaseModel) -> Iterator[Flaw]:
    formats = limits.image_formats if media.kind == "image" else limits.video_formats
    if media.format not in formats:
        message = f"{media.kind} format is none of those of {base_model.name}: {', '.join(formats)}"
        guess = did_you_mean(media.format, formats)
        yield Flaw("DS208", f"{media.path}.format", f"{message}; {guess}" if guess else message)


def _number_flaws(media: list[Media], limits: MediaLimits, base_model: BaseModel) -> Iterator[Flaw]:
    numbers = Counter(each.kind for each in media)
    maxima = {"image": limits.images_per_record, "video": limits.videos_per_record}
    problems = [
        f"{numbers[kind]} {kind}s in one record, {base_model.name} takes at most {most}"
        for kind, most in maxima.items()
        if most is not None and numbers[kind] > most
    ]
    if len(numbers) > 1:
        problems.append("images and videos in one record, which may have one or the other")
    if problems:
        yield Flaw("DS210", "messages", "; ".join(problems))
