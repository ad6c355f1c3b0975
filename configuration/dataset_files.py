"""Where a dataset is: an object in S3, or a file of this repository that is small enough to travel as a CDK asset."""

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from configuration.models import DatasetConfiguration
from finetuning import object_keys
from finetuning.problems import Problem

PROJECT_ROOT = Path(__file__).resolve().parents[1]
#: The folder of the sample that is shipped with the project: the only local files that an environment which keeps its
#: data may use.
SAMPLES = "datasets"
MAX_ASSET_BYTES = 50 * 1024 * 1024

_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://")
# Source: Amazon S3 API reference, GetObject, `versionId` (opaque, URL-safe).
_VERSION = re.compile(r"\?versionId=(?P<version>[A-Za-z0-9._-]{1,1024})\Z", re.ASCII)


@dataclass(frozen=True)
class S3Object:
    """An object in S3; version "" means the latest."""

    bucket: str
    key: str
    version: str


def is_s3(location: str) -> bool:
    """Return whether a location is a URI and not the path of a file."""
    return _SCHEME.match(location) is not None


def parse_s3(location: str) -> S3Object | None:
    """Return the object that a location names, or None if it is not the URI of an object that Bedrock can read.

    Source: Bedrock API reference, data type TrainingDataConfig, ``s3Uri``; the version is this project's addition.
    """
    pinned = _VERSION.search(location)
    uri = location[: pinned.start()] if pinned else location
    if not object_keys.BEDROCK_S3_URI.fullmatch(uri):
        return None
    bucket, _, key = uri.removeprefix("s3://").partition("/")
    if not key or key.endswith("/"):
        return None
    return S3Object(bucket, key, pinned["version"] if pinned else "")


def local_file(location: str) -> Path:
    """Return the path of a local dataset file; relative paths begin at the project's root."""
    return PROJECT_ROOT / Path(location).expanduser()


def problems(dataset: DatasetConfiguration, *, samples_only: bool, path: str) -> Iterator[Problem]:
    """Yield what is wrong with the locations of a dataset.

    Args:
        dataset: the locations.
        samples_only: whether the environment keeps its data, so that only the shipped sample may come from a file.
        path: dotted path of the section in the configuration.
    """
    for split, location in dataset.locations.items():
        where = f"{path}.{split}"
        if not location:
            continue  # another problem names it
        if is_s3(location):
            yield from _uri_problems(location, where)
        else:
            yield from _file_problems(location, samples_only, where)


def _uri_problems(location: str, path: str) -> Iterator[Problem]:
    if parse_s3(location) is None:
        yield Problem(
            path,
            f"must be the URI of an object that Bedrock can read, 's3://bucket/key' or 's3://bucket/key?versionId=…', "
            f"got {location!r}",
            "a bucket's name has 3 to 63 characters; keys may have letters, digits and -!_*'(). between single "
            "slashes: no spaces and no '='",
        )


def _file_problems(location: str, samples_only: bool, path: str) -> Iterator[Problem]:
    file = local_file(location)
    if not file.is_file():
        found = "is a folder" if file.is_dir() else "does not exist"
        yield Problem(path, f"the dataset file {location!r} {found} ({file})", "correct the path or give an s3:// URI")
    elif not os.access(file, os.R_OK):
        yield Problem(path, f"the dataset file {location!r} is not readable", f"chmod u+r {file}")
    elif samples_only and not file.resolve().is_relative_to(PROJECT_ROOT / SAMPLES):
        yield Problem(
            path,
            f"an environment that keeps its data takes only the samples in {SAMPLES}/ from files, got {location!r}",
            "upload it to a versioned bucket and give its s3:// URI",
        )
    elif (size := file.stat().st_size) > MAX_ASSET_BYTES:
        limit = MAX_ASSET_BYTES // 1024**2
        yield Problem(
            path,
            f"a dataset file may have {limit} MiB, {location!r} has {size / 1024**2:.1f} MiB",
            "upload it to a versioned bucket and give its s3:// URI",
        )
