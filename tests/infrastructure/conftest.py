"""Each environment is synthesized once for all tests; jsii starts once, so they share a worker."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.infrastructure.synthesis import LOOPBACK, Synthesis, context, run_app

# Before jsii starts Node: the built-in template validator takes seconds per synth, and one test runs it.
os.environ["CDK_VALIDATION"] = "false"
os.environ.setdefault("JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION", "1")

Synthesize = Callable[..., Synthesis]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep these tests in one pytest-xdist worker."""
    here = Path(__file__).parent
    for item in items:
        if item.path.is_relative_to(here):
            item.add_marker(pytest.mark.xdist_group("infrastructure"))


@pytest.fixture(scope="session")
def synthesize(tmp_path_factory: pytest.TempPathFactory) -> Synthesize:
    """Synthesize an environment with `-c` values, in this process, and at most once."""
    done: dict[tuple[str, ...], Synthesis] = {}

    def synthesize(environment: str, **overrides: str) -> Synthesis:
        key = (environment, *(f"{name}={value}" for name, value in sorted(overrides.items())))
        if key not in done:
            done[key] = _synthesis(environment, tmp_path_factory.mktemp(environment), overrides)
        return done[key]

    return synthesize


@pytest.fixture(scope="session", params=["local", "dev", "staging", "prod"])
def each(request: pytest.FixtureRequest, synthesize: Synthesize) -> Synthesis:
    """Every environment of a team that trains in each of them."""
    return synthesize(request.param)


@pytest.fixture(scope="session")
def local(synthesize: Synthesize) -> Synthesis:
    """Claude 3 Haiku, provisioned, on the embedded AWS."""
    return synthesize("local")


@pytest.fixture(scope="session")
def dev(synthesize: Synthesize) -> Synthesis:
    """Nova Lite, on demand, judged by a gate; data goes with the stacks."""
    return synthesize("dev")


@pytest.fixture(scope="session")
def prod(synthesize: Synthesize) -> Synthesis:
    """Nova Lite, on demand, trained there; data stays."""
    return synthesize("prod")


@pytest.fixture(scope="session")
def validated(tmp_path_factory: pytest.TempPathFactory) -> Synthesis:
    """The `local` environment and a planted mistake, with CDK's built-in template validator switched on."""
    folder = tmp_path_factory.mktemp("validated")
    mistake = ("-m", "tests.infrastructure.planted_mistake")
    done = run_app(folder, context("local"), *mistake, AWS_ENDPOINT_URL=LOOPBACK, PYTHONHASHSEED="1")
    assert done.returncode == 1, done.stderr
    return Synthesis("local", folder)


def _synthesis(environment: str, folder: Path, overrides: dict[str, str]) -> Synthesis:
    import aws_cdk as cdk

    import app

    made = cdk.App(context=context(environment, **overrides), outdir=str(folder), analytics_reporting=False)
    assert app.synthesize(made, LOOPBACK if environment == "local" else None) == 0
    return Synthesis(environment, folder)
