"""The size of the functions' one asset, zipped as the CDK CLI zips it."""

import io
import zipfile
from collections.abc import Iterator
from pathlib import Path

from benchmarks.measure import Figure
from stacks.constructs.function_source import staged_source

BOUND_MB = 0.4


def figures() -> Iterator[Figure]:
    """One number, in megabytes (10^6 bytes)."""
    source = Path(staged_source())
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for path in sorted(source.rglob("*")):
            archive.write(path, path.relative_to(source))
    yield Figure(
        "zip of a function", "lambdas and finetuning", "", len(buffer.getvalue()) / 1e6, unit="MB", bound=BOUND_MB
    )
