"""Which environment and model a command is about is never guessed."""

import json
from pathlib import Path

import pytest

import configuration
from ops import project
from ops.errors import UsageError

LOOPBACK = "http://127.0.0.1:14566"


def environment(name: str, *models: str, account: str = "111122223333") -> project.Environment:
    """An environment with some models."""
    return project.Environment(name, account, "us-east-1", "destroy", {model: {} for model in models})


LOCAL = environment("local", "faq", account="000000000000")
PROJECT = project.Project(
    "finetuning", {"local": LOCAL, "dev": environment("dev", "faq"), "prod": environment("prod", account="<account>")}
)


def test_loopback_endpoint_means_local() -> None:
    """Beside the embedded AWS nothing needs to be named."""
    assert project.choose(PROJECT, None, LOOPBACK) is LOCAL


def test_real_account_must_be_named() -> None:
    """Without an endpoint on this machine there is no default."""
    with pytest.raises(UsageError, match="no environment chosen; pass --env with one of local, dev, prod"):
        project.choose(PROJECT, None, None)


@pytest.mark.parametrize("endpoint", [None, "https://sts.amazonaws.com", "http://localhost.evil.example"])
def test_rejects_local_away_from_this_machine(endpoint: str | None) -> None:
    """`local` may reach nothing but this machine."""
    with pytest.raises(UsageError, match="only for an embedded AWS on a loopback address; start it with"):
        project.choose(PROJECT, "local", endpoint)


def test_rejects_a_placeholder_with_the_command_that_replaces_it() -> None:
    """An environment without an account is initialised first."""
    with pytest.raises(UsageError, match="python -m ops init --env prod"):
        project.choose(PROJECT, "prod", None)


def test_rejects_an_unknown_environment_with_a_guess() -> None:
    """A misspelt name is answered with the closest."""
    with pytest.raises(UsageError, match=r"unknown environment 'dve'; known: local, dev, prod; did you mean 'dev'\?"):
        project.choose(PROJECT, "dve", None)


def test_only_model_needs_no_name() -> None:
    """One model is the default."""
    assert project.choose_model(LOCAL, None) == "faq"


def test_one_of_several_models_must_be_named() -> None:
    """With two models there is no default."""
    with pytest.raises(UsageError, match="pass --model with one of: faq, support"):
        project.choose_model(environment("dev", "faq", "support"), None)


def test_model_that_is_not_configured_any_more_can_be_named() -> None:
    """What the registry still knows can be asked about."""
    assert project.choose_model(LOCAL, "old", frozenset({"old"})) == "old"


def test_shipped_project_has_its_environments() -> None:
    """The project's own cdk.json can be read; `local` names no Region, and is in its base model's."""
    known = project.load().environments
    assert {name: found.region for name, found in known.items()} == {
        "local": "us-west-2",
        "dev": "us-east-1",
        "staging": "us-east-1",
        "prod": "us-east-1",
    }


def test_region_of_local_is_the_one_that_is_deployed_to(tmp_path: Path) -> None:
    """What looks at AWS and what deploys to it read the same file alike."""
    for base_model in ("claude-3-haiku", "nova-lite", "llama-3.1-8b"):
        document = json.loads(project.FILE.read_text())
        local = document["context"]["environments"]["local"] | {"catalog_date": "2026-01-15"}
        local["models"]["faq"]["training"] |= {"base_model": base_model, "hyperparameters": {}}
        local["models"]["faq"] |= {"endpoint": {"serving": "none"}, "evaluation": None, "gate": {}}
        document["context"]["environments"] = {"local": local}
        file = tmp_path / "cdk.json"
        file.write_text(json.dumps(document))
        deployed = configuration.load(document["context"], LOOPBACK).environment.region
        assert project.load(file).environments["local"].region == deployed


def test_local_without_a_common_region_says_what_to_do(tmp_path: Path) -> None:
    """In the words of the synthesis; a broken model is passed over, since an operator looks at it too."""
    document = json.loads(project.FILE.read_text())
    models = document["context"]["environments"]["local"]["models"]
    models["support"] = {"training": {"base_model": "nova-lite"}}
    models["broken"] = {"training": "x"}
    file = tmp_path / "cdk.json"
    file.write_text(json.dumps(document))
    with pytest.raises(
        UsageError, match=r"environments\.local\.region: is left out, and the base models have no Region"
    ):
        project.choose(project.load(file), None, LOOPBACK)
