"""Copies the images and videos of a dataset beside its records.

Bedrock reads media with the service role, which may read the staged datasets and nothing else.
"""

from concurrent.futures import ThreadPoolExecutor
from typing import Protocol

from finetuning.dataset.staged_media import THREADS, Copied, StagedMedia
from lambdas.gateways.storage import ObjectUnreadableError, S3Head
from lambdas.training_dataset.properties import WantedDataset


class MediaStorage(Protocol):
    """What media need of S3, as the role that may read them."""

    def head(self, uri: str, owner: str = "") -> S3Head:
        """What there is; raises ObjectUnreadableError."""

    def copy(self, source: S3Head, bucket: str, key: str, *, key_arn: str, account: str) -> None:
        """Copy one version of an object."""


class Copies(Protocol):
    """What media need of S3, as the function's own role."""

    def exists(self, bucket: str, key: str) -> bool:
        """Whether the object is there."""


class MediaCopies(StagedMedia[S3Head]):
    """The media of one dataset, which are copied once all of them are known to be good."""

    def __init__(self, sources: MediaStorage, copies: Copies, wanted: WantedDataset) -> None:
        """Look at the sources as the role that may read them."""
        asked = Copied(wanted.model, wanted.base_model, wanted.media, wanted.bucket, wanted.account)
        super().__init__(asked, self._head)
        self._sources, self._copies, self._wanted = sources, copies, wanted

    def publish(self, bucket: str, key_arn: str) -> None:
        """Copy every object that is not there already."""

        def copy(uri: str) -> None:
            if not self._copies.exists(bucket, self.keys[uri]):
                account = self._wanted.account
                self._sources.copy(self.found[uri], bucket, self.keys[uri], key_arn=key_arn, account=account)

        with ThreadPoolExecutor(THREADS) as pool:
            list(pool.map(copy, self.found))

    def _head(self, uri: str) -> S3Head | str:
        try:
            return self._sources.head(uri, self._wanted.media_owner)
        except ObjectUnreadableError as error:
            return str(error)
