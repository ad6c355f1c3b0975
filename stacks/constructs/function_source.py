"""The functions' assets: ``lambdas`` and ``finetuning``; two of them with what one function needs beside that.

No Docker and no bundling: what is compiled is fetched by ``make setup``, for the functions' architecture and runtime
(docs/adr/0008-own-packages-for-the-dataset-function.md).
"""

import atexit
import os
import shutil
import tempfile
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib import metadata
from pathlib import Path

from finetuning.errors import FineTuningError

PROJECT_ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("lambdas", "finetuning")
#: The data gate and its function. No other function imports them, which import-linter holds.
DATASET_PARTS = (Path("finetuning", "dataset"), Path("lambdas", "training_dataset"))
#: What `finetuning.dataset` needs: the name of the distribution → what is imported of it.
DATASET_PACKAGES = {"ahocorasick-rs": ("ahocorasick_rs",), "msgspec": ("msgspec",)}
#: The evaluation and its function, and what only they import.
EVALUATION_PARTS = (Path("finetuning", "evaluation"), Path("finetuning", "run_report"), Path("lambdas", "evaluation"))
#: What the reports of both are written with.
PRESENTATION = Path("finetuning", "presentation")
#: Bedrock's operations as botocore reads them, for whoever calls Bedrock.
BEDROCK_SERVICE_MODEL = Path("lambdas", "gateways", "service_models")
#: An evaluation reads test records as the data gate does, and calls the functions that a user put into ``metrics``,
#: a folder that whoever has no such functions may remove.
EVALUATION_BORROWED = (Path("finetuning", "dataset"), Path("metrics"))
EVALUATION_PACKAGES = {
    "attrs": ("attr", "attrs"),
    "jsonschema": ("jsonschema",),
    "jsonschema-specifications": ("jsonschema_specifications",),
    "rapidfuzz": ("rapidfuzz",),
    "referencing": ("referencing",),
    "rpds-py": ("rpds",),
}
#: What `referencing` needs on a Python older than Lambda's, and so in the embedded AWS only.
HOST_PACKAGES = {"typing-extensions": ("typing_extensions.py",)}
#: Where ``make setup`` unpacks the wheels for Lambda; ignored by git.
FETCHED = PROJECT_ROOT / ".wheels" / "python"
# Left-overs of running the code here: with them, running the tests would change the asset and so the template.
_LEFT_OVERS = shutil.ignore_patterns("__pycache__", "*.pyc", "tests", ".*")
# What an installer writes differs between installers and machines; type stubs, tests and benchmarks are for people who
# edit.
_NOISE = shutil.ignore_patterns(
    *("__pycache__", "*.pyc", "*.pyi", ".*", "tests", "benchmarks"),
    *("RECORD", "INSTALLER", "REQUESTED", "direct_url.json", "uv_cache.json"),
)


class PackagesMissingError(FineTuningError):
    """The packages of a function were not fetched, or those of an earlier lock file were."""


@dataclass(frozen=True)
class _Addition:
    """What a function has beside the packages of all.

    Attributes:
        who: the function, in words.
        parts: of the project.
        packages: the name of the distribution → what is imported of it.
        host_packages: those that it has on this machine besides.
        without: what the others have and it never opens.
    """

    who: str
    parts: tuple[Path, ...]
    packages: Mapping[str, tuple[str, ...]]
    host_packages: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    without: tuple[Path, ...] = ()


_DATASET = _Addition(
    "training dataset", (*DATASET_PARTS, PRESENTATION), DATASET_PACKAGES, without=(BEDROCK_SERVICE_MODEL,)
)
_EVALUATION = _Addition(
    "evaluation", (*EVALUATION_PARTS, *EVALUATION_BORROWED, PRESENTATION), EVALUATION_PACKAGES, HOST_PACKAGES
)


#: What not every function has.
_OF_SOME = (*DATASET_PARTS, *EVALUATION_PARTS, PRESENTATION)


@cache
def staged_source() -> str:
    """Return a folder with copies of our packages, without what only the two functions with an asset of their own need.

    It lives as long as this process, because CDK reads it late. The runtime brings boto3, and all functions but two
    need nothing else.
    """
    folder = tempfile.mkdtemp(prefix="function-source-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    for package in PACKAGES:
        _stage(Path(package), Path(folder), but=_OF_SOME)
    return folder


@cache
def staged_dataset_source(*, for_host: bool) -> str:
    """Return a folder like `staged_source`'s that also has `DATASET_PARTS` and what they need.

    Args:
        for_host: whether to take the installed packages, because the embedded AWS runs functions on this machine's
            Python; otherwise those that were fetched for Lambda.

    Raises:
        PackagesMissingError: they are not there in the version that is installed here.
    """
    return _staged(_DATASET, for_host=for_host)


@cache
def staged_evaluation_source(*, for_host: bool) -> str:
    """Return a folder like `staged_source`'s that also has `EVALUATION_PARTS` and what they need.

    Args:
        for_host: see `staged_dataset_source`.

    Raises:
        PackagesMissingError: the packages are not there in the version that is installed here.
    """
    return _staged(_EVALUATION, for_host=for_host)


def _staged(addition: _Addition, *, for_host: bool) -> str:
    packages = {**addition.packages, **addition.host_packages} if for_host else addition.packages
    found = _found(addition.who, packages, _installed() if for_host else FETCHED)
    folder = tempfile.mkdtemp(prefix=f"{addition.who.replace(' ', '-')}-function-source-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    for package in PACKAGES:
        _stage(Path(package), Path(folder), but=(*_OF_SOME, *addition.without))
    for part in addition.parts:
        if (PROJECT_ROOT / part).is_dir():
            _stage(part, Path(folder))
    for source in found:
        if source.is_dir():
            shutil.copytree(source, Path(folder) / source.name, ignore=_NOISE, copy_function=_link)
        else:
            _link(str(source), str(Path(folder) / source.name))
    return folder


def _found(who: str, packages: Mapping[str, tuple[str, ...]], place: Path) -> list[Path]:
    """Return what to ship of packages: what is imported, and the folder with the licence, which has the version.

    Raises:
        PackagesMissingError: they are not there in the version that is installed here.
    """
    found = {name: [place / path for path in (*imported, _licence(name))] for name, imported in packages.items()}
    lacking = [f"{name} {metadata.version(name)}" for name, paths in found.items() if not all(map(Path.exists, paths))]
    if lacking:
        raise PackagesMissingError(
            f"the {who} function needs {' and '.join(lacking)}, not found in {place}; run: make setup"
        )
    return [path for paths in found.values() for path in paths]


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


def _licence(name: str) -> str:
    return f"{name.replace('-', '_')}-{metadata.version(name)}.dist-info"


def _installed() -> Path:
    return Path(str(metadata.distribution("msgspec").locate_file("")))
