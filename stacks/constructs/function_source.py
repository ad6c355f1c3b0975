"""The one asset of all functions: the packages ``lambdas`` and ``finetuning``, and nothing else."""

import atexit
import shutil
import tempfile
from functools import cache
from pathlib import Path

PROJECT_ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("lambdas", "finetuning")
# Left-overs of running the code here: with them, running the tests would change the asset and so the template.
_LEFT_OVERS = shutil.ignore_patterns("__pycache__", "*.pyc", "tests", ".*")


@cache
def staged_source() -> str:
    """Return a folder with copies of the packages; it lives as long as this process, because CDK reads it late.

    No Docker and no bundling: the runtime brings boto3, and the packages need nothing else.
    """
    folder = tempfile.mkdtemp(prefix="function-source-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    for package in PACKAGES:
        shutil.copytree(PROJECT_ROOT / package, Path(folder) / package, ignore=_LEFT_OVERS)
    return folder
