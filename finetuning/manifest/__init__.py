"""The manifest of one model version: what was trained from what, how it was judged, and who approved it.

Its canonical bytes have one SHA-256, which is its name everywhere: in the output bucket, in the pin of the environment
that it is promoted to, and under the signature of the environment that issued it.
"""

from finetuning.manifest.differences import Difference, differences
from finetuning.manifest.document import (
    SCHEMA,
    Data,
    Epoch,
    Evaluation,
    File,
    Job,
    Judgement,
    Manifest,
    Metric,
    canonical,
    digest,
)
from finetuning.manifest.reading import ManifestError, read
from finetuning.manifest.signature import ALGORITHM, Signature, read_signature

__all__ = [
    "ALGORITHM",
    "SCHEMA",
    "Data",
    "Difference",
    "Epoch",
    "Evaluation",
    "File",
    "Job",
    "Judgement",
    "Manifest",
    "ManifestError",
    "Metric",
    "Signature",
    "canonical",
    "differences",
    "digest",
    "read",
    "read_signature",
]
