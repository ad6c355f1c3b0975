"""What the functions are shipped with: two packages, and for two functions what they need beside them."""

import hashlib
import subprocess
import sys
from importlib import metadata
from pathlib import Path

import aws_cdk as cdk
import pytest

import app
from stacks.constructs import function_source
from stacks.constructs.function_source import (
    DATASET_PARTS,
    EVALUATION_PACKAGES,
    EVALUATION_PARTS,
    PRESENTATION,
    PackagesMissingError,
    staged_dataset_source,
    staged_evaluation_source,
    staged_source,
)
from tests.infrastructure.synthesis import Synthesis, context

OURS = ["finetuning", "lambdas"]
FETCHED = [
    "ahocorasick_rs",
    f"ahocorasick_rs-{metadata.version('ahocorasick-rs')}.dist-info",
    "finetuning",
    "lambdas",
    "msgspec",
    f"msgspec-{metadata.version('msgspec')}.dist-info",
]
_HANDLERS = [path.parent.name for path in (function_source.PROJECT_ROOT / "lambdas").glob("*/handler.py")]


def contents(folder: str) -> dict[str, str]:
    """The SHA-256 of each file by its path."""
    root = Path(folder)
    files = sorted(path for path in root.rglob("*") if path.is_file())
    return {str(path.relative_to(root)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def test_asset_has_the_runtime_packages_and_nothing_else() -> None:
    """No bytecode, no tests, no other package: running the tests does not change what is deployed."""
    staged = Path(staged_source())
    assert sorted(path.name for path in staged.iterdir()) == OURS
    files = [path for path in staged.rglob("*") if path.is_file()]
    assert not [path for path in files if path.suffix == ".pyc" or "__pycache__" in path.parts or "tests" in path.parts]
    assert staged / "finetuning" / "catalog.json" in files
    assert {path.name for path in files if path.suffix == ".gz"} == {"service-2.json.gz"}


def test_only_the_dataset_asset_has_the_data_gate() -> None:
    """It is a quarter of what there is, and no other function imports it."""
    light, dataset = Path(staged_source()), Path(staged_dataset_source(for_host=True))
    for part in DATASET_PARTS:
        assert not (light / part).exists()
        assert (dataset / part / "__init__.py").is_file()


def test_only_the_evaluation_asset_has_the_evaluation() -> None:
    """And what it borrows: the formats of the data gate, and the functions of the repository's `metrics`."""
    light, evaluation = Path(staged_source()), Path(staged_evaluation_source(for_host=True))
    for part in EVALUATION_PARTS:
        assert not (light / part).exists()
        assert (evaluation / part / "__init__.py").is_file()
    assert not (light / "metrics").exists()
    assert (evaluation / "metrics" / "__init__.py").is_file()
    assert not (evaluation / "lambdas" / "training_dataset").exists()


def test_only_what_writes_reports_has_what_they_are_written_with() -> None:
    """The two functions that write one for people; no other would ever load it."""
    light = Path(staged_source())
    assert not (light / PRESENTATION).exists()
    for writing in (staged_dataset_source(for_host=True), staged_evaluation_source(for_host=True)):
        assert (Path(writing) / PRESENTATION / "__init__.py").is_file()
        assert (Path(writing) / PRESENTATION / "page.css").is_file()


def test_evaluation_asset_has_its_packages_with_their_licences() -> None:
    """For Lambda; without what differs from one installation to the next."""
    staged = Path(staged_evaluation_source(for_host=False))
    modules = {module for modules in EVALUATION_PACKAGES.values() for module in modules}
    named = [path.name for path in staged.iterdir() if not path.name.endswith(".dist-info")]
    assert sorted(named) == sorted({*OURS, "metrics", *modules})
    files = [str(path.relative_to(staged)) for path in staged.rglob("*") if path.is_file()]
    licences = [name for name in files if ".dist-info/" in name and Path(name).name.startswith(("LICENSE", "COPYING"))]
    assert len({name.split("/")[0] for name in licences}) == len(EVALUATION_PACKAGES)
    assert not [name for name in files if name.endswith(("RECORD", "INSTALLER", ".pyc", ".pyi"))]
    assert not [name for name in files if "/tests/" in name or "/benchmarks/" in name]
    compiled = [name for name in files if name.endswith(".so")]
    assert compiled
    assert all("aarch64-linux-gnu" in name for name in compiled), compiled


@pytest.mark.parametrize("for_host", [False, True])
def test_dataset_asset_has_two_packages_more_with_their_licences(for_host: bool) -> None:
    """Compiled for Lambda, or for this machine; without what differs from one installation to the next."""
    staged = Path(staged_dataset_source(for_host=for_host))
    assert sorted(path.name for path in staged.iterdir()) == FETCHED
    names = contents(str(staged))
    assert len([name for name in names if name.endswith("LICENSE")]) == 2
    assert not [name for name in names if name.endswith(("RECORD", "INSTALLER", "REQUESTED", ".pyc", ".pyi", ".lock"))]
    assert len([name for name in names if name.endswith(".so")]) == 2


def test_dataset_asset_has_no_service_model_of_bedrock() -> None:
    """It is an eighth of all it would have, and this function talks to S3 only."""
    dataset, evaluation = staged_dataset_source(for_host=False), staged_evaluation_source(for_host=False)
    assert not list(Path(dataset).rglob("service-2.json.gz"))
    assert list(Path(evaluation).rglob("service-2.json.gz"))


def test_dataset_asset_has_the_same_bytes_twice() -> None:
    """Same commit and lock, same asset: nothing is deployed that did not change."""
    first = contents(staged_dataset_source(for_host=False))
    staged_dataset_source.cache_clear()
    assert contents(staged_dataset_source(for_host=False)) == first


def test_synthesis_without_the_fetched_packages_says_what_to_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """One line, no traceback; also when the packages are those of an earlier lock file."""
    (tmp_path / "msgspec-0.1.dist-info").mkdir()
    monkeypatch.setattr(function_source, "FETCHED", tmp_path)
    staged_dataset_source.cache_clear()
    made = cdk.App(context=context("dev"), outdir=str(tmp_path / "out"))
    assert app.synthesize(made, None) == 1
    assert capsys.readouterr().err == (
        f"the training dataset function needs ahocorasick-rs {metadata.version('ahocorasick-rs')} and msgspec "
        f"{metadata.version('msgspec')}, not found in {tmp_path}; run: make setup\n"
    )
    staged_dataset_source.cache_clear()
    with pytest.raises(PackagesMissingError):
        staged_dataset_source(for_host=False)
    staged_dataset_source.cache_clear()


def test_embedded_aws_needs_no_fetched_packages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It runs functions on this machine's Python, which has them installed."""
    monkeypatch.setattr(function_source, "FETCHED", tmp_path)
    staged_dataset_source.cache_clear()
    assert Path(staged_dataset_source(for_host=True), "msgspec").is_dir()
    staged_dataset_source.cache_clear()


def test_compiled_packages_fit_the_functions_runtime(dev: Synthesis) -> None:
    """The Makefile names runtime and architecture a second time."""
    (function,) = [
        f["Properties"]
        for f in dev.resources("Control", "AWS::Lambda::Function").values()
        if f["Properties"]["Handler"].startswith("lambdas.training_dataset.")
    ]
    assert function["Architectures"] == ["arm64"]
    tag = function["Runtime"].removeprefix("python").replace(".", "")
    compiled = [path.name for path in Path(staged_dataset_source(for_host=False)).rglob("*.so")]
    assert [name.split(".", 1)[1] for name in compiled] == [f"cpython-{tag}-aarch64-linux-gnu.so"] * 2


def test_compiled_packages_are_modules_of_the_functions_machine() -> None:
    """ELF for AArch64: a wheel for another machine would fail in the first deployment."""
    for path in Path(staged_dataset_source(for_host=False)).rglob("*.so"):
        assert path.read_bytes()[:4] == b"\x7fELF"
        assert path.read_bytes()[18] == 0xB7, "EM_AARCH64 (ELF for the Arm 64-bit Architecture, section 5.1)"


def test_dataset_asset_stays_far_below_lambdas_limit() -> None:
    """50 MB zipped (Lambda Developer Guide, 'Lambda quotas'); ours has under one, and cold starts load all of it."""
    folder = Path(staged_dataset_source(for_host=False))
    assert sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) < 5e6


#: What the Lambda runtime brings: its AWS library and what that needs. Nothing else may be imported from outside.
RUNTIME = "boto3 botocore dateutil jmespath s3transfer six urllib3"
#: What the evaluation function brings besides; `typing_extensions` on a Python older than Lambda's only.
EVALUATED_BY = "attr attrs jsonschema jsonschema_specifications metrics rapidfuzz referencing rpds typing_extensions"
_IMPORT_ALL = """
import importlib, pkgutil, sys
root, allowed = sys.argv[1], {*sys.stdlib_module_names, "lambdas", "finetuning", *sys.argv[2].split()}

class Refuse:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] not in allowed:
            raise ModuleNotFoundError(f"the function has no {name}")

sys.path.insert(0, root)
sys.meta_path.insert(0, Refuse())
for part in sys.argv[3].split():
    found = importlib.import_module(part)
    assert found.__file__.startswith(root), found.__file__
    for module in pkgutil.walk_packages(getattr(found, "__path__", []), part + "."):
        importlib.import_module(module.name)
"""


@pytest.mark.parametrize("handler", sorted(_HANDLERS))
def test_entry_points_import_from_the_asset(handler: str) -> None:
    """A module that is missing from the asset must not be found out by the first deployment (fault A01)."""
    brought = {"training_dataset": staged_dataset_source, "evaluation": staged_evaluation_source}
    root = brought[handler](for_host=True) if handler in brought else staged_source()
    allowed = {"training_dataset": f"{RUNTIME} ahocorasick_rs msgspec", "evaluation": f"{RUNTIME} {EVALUATED_BY}"}
    _imported("-IB", root, allowed.get(handler, RUNTIME), f"lambdas.{handler} lambdas.{handler}.handler")


def test_evaluation_measures_with_what_its_asset_has() -> None:
    """Packages are imported when a metric needs them; by then it is too late to find out that one is missing."""
    root = staged_evaluation_source(for_host=True)
    lazily = "rapidfuzz.distance jsonschema.validators finetuning.evaluation finetuning.run_report metrics"
    _imported("-IB", root, f"{RUNTIME} {EVALUATED_BY}", lazily)


@pytest.mark.parametrize("handler", ["bucket_emptying", "customization_job", "guard", "model_endpoint", "undelivered"])
def test_what_answers_imports_without_any_package(handler: str) -> None:
    """Not even the AWS library: its absence is answered, too (fault A01)."""
    _imported("-ISB", staged_source(), "", f"lambdas.{handler}.handler lambdas.responder")


def _imported(options: str, root: str, allowed: str, modules: str) -> None:
    """Import in another process, which writes no bytecode into the asset."""
    done = subprocess.run(
        [sys.executable, options, "-c", _IMPORT_ALL, root, allowed, modules],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
