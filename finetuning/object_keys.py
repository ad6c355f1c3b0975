"""Where everything lies in the buckets: keys derive from what is wanted and from digests, as names do.

Two runs that write the same thing therefore write it to the same place.
"""

import re

from finetuning.names import DIGITS, EVALUATION, MODEL, InvalidNameError, parse_generation, require

SPLITS = ("training", "validation", "test")

#: Source: Bedrock API reference, data type TrainingDataConfig, ``s3Uri`` (no spaces, no ``=``, no ``//`` in the key).
BEDROCK_S3_URI = re.compile(
    r"(?=.{1,1024}\Z)s3://[a-z0-9][-.a-z0-9]{1,61}[a-z0-9](?:/[-!_*'().a-z0-9A-Z]+(?:/[-!_*'().a-z0-9A-Z]+)*)?/?",
    re.ASCII,
)

#: CloudFormation's are UUIDs.
_REQUEST_ID = re.compile(r"[A-Za-z0-9-]{1,64}", re.ASCII)
_EXTENSION = re.compile(r"[A-Za-z0-9]{1,8}", re.ASCII)


def dataset(model: str, digest: str, split: str) -> str:
    """Return the data bucket's key of a staged dataset file; the digest is the SHA-256 of its bytes in hex."""
    require("model", model, MODEL)
    require("digest", digest, DIGITS)
    _require_split(split)
    return f"datasets/{model}/{digest}/{split}.jsonl"


def media(model: str, digest: str, extension: str) -> str:
    """Return the data bucket's key of an image or a video; the digest is that of its origin and its ETag."""
    require("model", model, MODEL)
    require("digest", digest, DIGITS)
    require("extension", extension, _EXTENSION)
    return f"datasets/{model}/media/{digest}.{extension}"


def incoming(model: str, request_id: str, split: str) -> str:
    """Return the data bucket's key of a dataset file that is still being checked, for one request."""
    require("model", model, MODEL)
    require("request id", request_id, _REQUEST_ID)
    _require_split(split)
    return f"incoming/{model}/{request_id}/{split}.jsonl"


def report(model: str, digest: str, file: str) -> str:
    """Return the data bucket's key of a file of a dataset report; the digest is that of the report's findings."""
    require("model", model, MODEL)
    require("digest", digest, DIGITS)
    return f"reports/{model}/{digest[:16]}/{file}"


def upload(model: str, digest: str, file: str) -> str:
    """Return the data bucket's key of a file that an operator pushed, by its SHA-256.

    The digest keeps two contents apart: one key for both would let the bucket's lifecycle rule for earlier versions
    take away what a configuration still pins.
    """
    require("model", model, MODEL)
    require("digest", digest, DIGITS)
    return f"uploads/{model}/{digest[:16]}/{file}"


def manifest(model: str, digest: str) -> str:
    """Return the output bucket's key of a manifest, by the SHA-256 of its bytes."""
    require("model", model, MODEL)
    require("digest", digest, DIGITS)
    return f"manifests/{model}/{digest}.json"


def manifest_signature(model: str, digest: str) -> str:
    """Return the output bucket's key of a manifest's signature."""
    return f"{manifest(model, digest).removesuffix('.json')}.signature.json"


def output_uri(bucket: str, model: str, generation: str) -> str:
    """Return the S3 URI under which Bedrock writes the metrics of one generation."""
    require("model", model, MODEL)
    parse_generation(generation)
    uri = f"s3://{bucket}/outputs/{model}/{generation}/"
    require("output URI", uri, BEDROCK_S3_URI)
    return uri


def evaluation(model: str, generation: str, evaluation: str, file: str) -> str:
    """Return the output bucket's key of a file of one evaluation, such as ``evaluation.json``."""
    require("model", model, MODEL)
    require("evaluation", evaluation, EVALUATION)
    parse_generation(generation)
    return f"evaluations/{model}/{generation}/{evaluation}/{file}"


def answers(model: str, test_digest: str, subject_key: str, batch: int) -> str:
    """Return the output bucket's key of a batch of saved answers, or grades, to a test dataset.

    They are kept by what was asked and who answered, so that every evaluation that asks the same finds them.
    """
    require("model", model, MODEL)
    require("test digest", test_digest, DIGITS)
    require("subject key", subject_key, DIGITS)
    if not 0 <= batch < 10**4:
        raise InvalidNameError(f"batch must be from 0 to 9999, got {batch}")
    return f"evaluations/{model}/answers/{test_digest[:16]}/{subject_key[:16]}/{batch:04d}.jsonl"


def _require_split(split: str) -> None:
    if split not in SPLITS:
        raise InvalidNameError(f"split must be one of {', '.join(SPLITS)}, got {split!r}")
