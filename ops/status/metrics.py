"""The losses of a customization job, read from its output location."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from finetuning import metrics
from finetuning.metrics import MetricsFormatError, MetricsSummary
from lambdas.gateways.clients import code_of, message_of

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client


@dataclass(frozen=True)
class Losses:
    """The losses per epoch, or why there are none (both absent while there are no files)."""

    summary: MetricsSummary | None = None
    problem: str = ""


def read(s3: "S3Client", bucket: str, model: str, generation: str) -> Losses:
    """Return the losses of one generation's job.

    Files are found by the end of their name: where Bedrock puts the validation file differs between its own examples.
    """
    prefix = f"outputs/{model}/{generation}/"
    try:
        pages = s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix)
        keys = sorted(item["Key"] for page in pages for item in page.get("Contents", []))
        training = _text(s3, bucket, keys, metrics.TRAINING_FILE)
        validation = _text(s3, bucket, keys, metrics.VALIDATION_FILE)
        if training is None:
            return Losses()
        rows = metrics.parse_training(training), metrics.parse_validation(validation) if validation else ()
    except ClientError as error:
        return Losses(problem=f"the losses cannot be read: {code_of(error)}: {message_of(error)}")
    except MetricsFormatError as error:
        return Losses(problem=f"the losses cannot be read: {error}")
    return Losses(metrics.summarize(*rows))


def _text(s3: "S3Client", bucket: str, keys: list[str], name: str) -> str | None:
    key = next((key for key in keys if key.endswith(f"/{name}")), None)
    return None if key is None else s3.get_object(Bucket=bucket, Key=key)["Body"].read().decode("utf-8")
