"""The functions' assets: ``lambdas`` and ``finetuning``; one of them with the data gate and what that needs.

No Docker and no bundling: what is compiled is fetched by ``make setup``, for the functions' architecture and runtime
(docs/adr/0008-own-packages-for-the-dataset-function.md).
"""

import atexit
import os
import shutil
import tempfile
from collections.abc import Collection
from functools import cache
from importlib import metadata
from pathlib import Path

from finetuning.errors import FineTuningError

PROJECT_ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("lambdas", "finetuning")
#: The data gate and its function. No other function imports them, which import-linter holds.
DATASET_PARTS = (Path("finetuning", "dataset"), Path("lambdas", "training_dataset"))
#: What `finetuning.dataset` needs: the name of the distribution → the folder that is imported.
DATASET_PACKAGES = {"ahocorasick-rs": "ahocorasick_rs", "msgspec": "msgspec"}
#: Where ``make setup`` unpacks the wheels for Lambda; ignored by git.
FETCHED = PROJECT_ROOT / ".wheels" / "python"
# Left-overs of running the code here: with them, running the tests would change the asset and so the template.
_LEFT_OVERS = shutil.ignore_patterns("__pycache__", "*.pyc", "tests", ".*")
# What an installer writes differs between installers and machines; type stubs are for people who edit.
_NOISE = shutil.ignore_patterns(
    "__pycache__", "*.pyc", "*.pyi", ".*", "RECORD", "INSTALLER", "REQUESTED", "direct_url.json", "uv_cache.json"
)


class PackagesMissingError(FineTuningError):
    """The packages of the training dataset function were not fetched, or those of an earlier lock file were."""


@cache
def staged_source() -> str:
    """Return a folder with copies of our packages, without `DATASET_PARTS`.

    It lives as long as this process, because CDK reads it late. The runtime brings boto3, and all functions but one
    need nothing else.
    """
    folder = tempfile.mkdtemp(prefix="function-source-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    for package in PACKAGES:
        _stage(Path(package), Path(folder), but=DATASET_PARTS)
    return folder


@cache
def staged_dataset_source(*, for_host: bool) -> str:
    """Return a folder like `staged_source`'s that also has `DATASET_PARTS` and the packages that they need.

    Args:
        for_host: whether to take the installed packages, because the embedded AWS runs functions on this machine's
            Python; otherwise those that were fetched for Lambda.

    Raises:
        PackagesMissingError: they are not there in the version that is installed here.
    """
    packages = _installed() if for_host else FETCHED
    found = {name: _files_of(name, packages) for name in DATASET_PACKAGES}
    lacking = [
        f"{name} {metadata.version(name)}" for name, folders in found.items() if not all(map(Path.is_dir, folders))
    ]
    if lacking:
        raise PackagesMissingError(
            f"the training dataset function needs {' and '.join(lacking)}, not found in {packages}; run: make setup"
        )
    folder = tempfile.mkdtemp(prefix="dataset-function-source-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    shutil.copytree(staged_source(), folder, dirs_exist_ok=True, copy_function=_link)
    for part in DATASET_PARTS:
        _stage(part, Path(folder))
    for source in (path for folders in found.values() for path in folders):
        shutil.copytree(source, Path(folder) / source.name, ignore=_NOISE, copy_function=_link)
    return folder


def _stage(part: Path, folder: Path, *, but: Collection[Path] = ()) -> None:
    """Put a part of the project into a folder, at its path in the project; some parts of it may be left out."""

    def ignored(parent: str, names: list[str]) -> set[str]:
        inside = Path(parent).relative_to(PROJECT_ROOT)
        return _LEFT_OVERS(parent, names) | {name for name in names if inside / name in but}

    shutil.copytree(PROJECT_ROOT / part, folder / part, ignore=ignored, copy_function=_link)


def _link(source: str, target: str) -> None:
    """Give a file a second name, in a tenth of the time of a copy; copy it where that cannot be done.

    Nobody writes into these folders: CDK makes its own copies, and they are gone when this process ends.
    """
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)


def _files_of(name: str, packages: Path) -> tuple[Path, Path]:
    """Return the folder that is imported, and the one with the licence; its name has the version."""
    imported = DATASET_PACKAGES[name]
    return packages / imported, packages / f"{imported}-{metadata.version(name)}.dist-info"


def _installed() -> Path:
    return Path(str(metadata.distribution("msgspec").locate_file("")))
