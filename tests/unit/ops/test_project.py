"""Which environment and model a command is about is never guessed."""

import pytest

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
    """The project's own cdk.json can be read."""
    assert set(project.load().environments) == {"local", "dev", "staging", "prod"}
