"""What people are told about a dataset: a report in the data bucket, and the first findings in the answer."""

import json
from collections.abc import Iterator
from hashlib import sha256
from typing import Protocol

from finetuning import object_keys
from finetuning.dataset.report import DatasetReport, document
from lambdas.training_dataset.properties import WantedDataset

#: CloudFormation takes 4,096 bytes in all, so the first finding of five rules is said, each in at most so many letters.
SHOWN_RULES = 5
SHOWN_CHARACTERS = 480


class ReportStorage(Protocol):
    """What a report needs of S3."""

    def put(self, content: bytes, bucket: str, key: str, *, content_type: str, key_arn: str, account: str) -> None:
        """Write an object; raises ObjectUnwritableError."""


def write(storage: ReportStorage, report: DatasetReport, wanted: WantedDataset, key_arn: str) -> str:
    """Write the report as JSON and as a page; returns the page's URI, which is the same for the same report.

    Raises:
        ObjectUnwritableError: S3 refuses.
    """
    # Here, because a cold start does not wait for what comes last.
    from finetuning.dataset.presentation.html import render

    content = document(report)
    raw = json.dumps(content, ensure_ascii=False, indent=1).encode()
    page = render(content).encode()
    digest = sha256(raw).hexdigest()
    for name, body, kind in (("report.json", raw, "application/json"), ("report.html", page, "text/html")):
        key = object_keys.report(wanted.model, digest, name)
        content_type = f"{kind}; charset=utf-8"
        storage.put(body, wanted.bucket, key, content_type=content_type, key_arn=key_arn, account=wanted.account)
    return f"s3://{wanted.bucket}/{object_keys.report(wanted.model, digest, 'report.html')}"


def refusal(report: DatasetReport, report_uri: str) -> str:
    """Why the dataset is refused: how many errors there are, where all of them stand, and the first of each rule."""
    where = f"; all of them: {report_uri}" if report_uri else ""
    count = f"{report.errors} error{'s' if report.errors > 1 else ''}"
    return "\n".join([f"the dataset has {count}, so no job was started{where}", *_first(report, "error")])


def first_warnings(report: DatasetReport) -> str:
    """The first warning of each rule, which keeps nothing out; it carries no text of a record."""
    return "\n".join(_first(report, "warning"))


def _first(report: DatasetReport, severity: str) -> Iterator[str]:
    findings = [finding for finding in report.findings if finding.severity == severity]
    codes = sorted({finding.code for finding in findings})
    for code in codes[:SHOWN_RULES]:
        text = str(next(finding for finding in findings if finding.code == code))
        text = text if len(text) <= SHOWN_CHARACTERS else f"{text[:SHOWN_CHARACTERS]}…"
        more = report.counts[code] - 1
        yield f"  {text} (and {more} more)" if more else f"  {text}"
    if len(codes) > SHOWN_RULES:
        yield f"  and findings of {len(codes) - SHOWN_RULES} more rules: {', '.join(codes[SHOWN_RULES:])}"
