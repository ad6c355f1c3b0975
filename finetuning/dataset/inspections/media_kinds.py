"""Images or videos, not both: what a dataset must keep to as a whole.

Source: Amazon Nova User Guide, 'Preparing data for fine-tuning understanding models': a dataset cannot contain
different media modalities.
"""

import json
from collections.abc import Iterator

from finetuning.dataset.findings import Flaw
from finetuning.dataset.reading.media import KINDS

_MARK = b'"s3Location"'


class MediaKinds:
    """An inspection that remembers which kind of media the dataset's first record with media shows."""

    def __init__(self) -> None:
        self._kind: str | None = None
        self._place = ""

    def inspect(self, split: str, line: int, record: bytes) -> Iterator[Flaw]:
        """Yield a flaw if a record shows images in a dataset of videos, or videos in one of images."""
        if _MARK not in record:
            return
        blocks = [block for message in json.loads(record)["messages"] for block in message["content"]]
        kinds = [kind for block in blocks for kind in KINDS if kind in block]
        if not kinds:
            return
        if self._kind is None:
            self._kind, self._place = kinds[0], f"{split} line {line}"
        elif kinds[0] != self._kind:
            yield Flaw("DS210", "messages", f"{kinds[0]}s in a dataset of {self._kind}s, such as that of {self._place}")

    def finish(self, split: str) -> Iterator[tuple[int | None, Flaw]]:
        """Yield nothing: every record was judged when it came."""
        yield from ()
