"""The sizes of the functions' assets, zipped as the CDK CLI zips them."""

import io
import zipfile
from collections.abc import Iterator
from pathlib import Path

from benchmarks.measure import Figure
from stacks.constructs.function_source import staged_dataset_source, staged_source

BOUND_MB = 0.4
#: The light asset and two compiled packages for Lambda, which have 0.6 MB zipped.
DATASET_BOUND_MB = 1.0


def figures() -> Iterator[Figure]:
    """One number per asset, in megabytes (10^6 bytes)."""
    yield _figure("zip of a function", "lambdas and finetuning without the data gate", staged_source(), BOUND_MB)
    dataset = staged_dataset_source(for_host=False)
    yield _figure("zip of the training dataset function", "and the gate with its packages", dataset, DATASET_BOUND_MB)


def _figure(what: str, ours: str, folder: str, bound: float) -> Figure:
    source, buffer = Path(folder), io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for path in sorted(source.rglob("*")):
            archive.write(path, path.relative_to(source))
    return Figure(what, ours, "", len(buffer.getvalue()) / 1e6, unit="MB", bound=bound)
