"""`models` shows what the catalog knows: the table, one base model with its sources, and what there is instead."""

import json

import pytest

from finetuning import catalog
from ops.__main__ import main

Captured = pytest.CaptureFixture[str]


def shown(capsys: Captured, *arguments: str) -> str:
    """What a successful call prints."""
    assert main(["models", *arguments]) == 0
    return capsys.readouterr().out


def test_misspelt_command_is_guessed(capsys: Captured) -> None:
    """A word that is no command is a base model, unless it is none and nearly a command."""
    assert main(["models", "histroy"]) == 2
    assert capsys.readouterr().err == (
        "error: 'histroy' is no command and no base model; commands: diff, history, show, verify; "
        "did you mean 'history'?\n"
    )
    assert main(["models", "nova-lit"]) == 2
    assert "did you mean 'nova-lite'?" in capsys.readouterr().err


def test_table_has_a_row_for_every_base_model(capsys: Captured) -> None:
    """Name, id, Region, status on the day, customization types, serving and format."""
    lines = [line.split("  ") for line in shown(capsys, "--on", "2026-11-22").splitlines()]
    rows = {line[0]: [cell.strip() for cell in line if cell] for line in lines}

    assert {model.name for model in catalog.base_models()} <= rows.keys()
    assert rows["Claude 3 Haiku"][1:4] == [
        "anthropic.claude-3-haiku-20240307-v1:0:200k",
        "us-west-2",
        "ended 2026-09-10",
    ]
    assert rows["Nova Lite"][2:] == ["us-east-1", "active", "fine-tuning", "provisioned", "bedrock-conversation-2024"]
    below = [[cell.strip() for cell in line if cell.strip()] for line in lines if not line[0]]
    assert ["distillation", "on_demand"] in below


def test_status_is_that_of_the_day(capsys: Captured) -> None:
    """Legacy with its end; the Region narrows."""
    out = shown(capsys, "--on", "2026-05-01", "--region", "us-west-2")

    assert "legacy, ends 2026-09-10" in " ".join(out.split())
    assert "Llama 3.3 70B" in out
    assert "Nova Lite" not in out


def test_table_as_json(capsys: Captured) -> None:
    """One document, with what no longer is customized."""
    document = json.loads(shown(capsys, "--json", "--on", "2026-11-22"))

    assert (document["on"], document["reviewed"]) == ("2026-11-22", catalog.reviewed().isoformat())
    known = {model["id"]: model for model in document["models"]}
    assert known["amazon.nova-2-lite-v1:0:256k"]["hyperparameters"] is None
    assert known["amazon.nova-lite-v1:0:300k"]["status"] == "active"
    assert document["retired"][0]["name"] == "Titan Text G1 - Lite"


@pytest.mark.parametrize("model", catalog.base_models(), ids=lambda model: model.name)
def test_every_base_model_has_a_page_with_all_facts_and_their_sources(
    capsys: Captured, model: catalog.BaseModel
) -> None:
    """Each source has a title, an address if there is one, and the day on which it was read."""
    out = shown(capsys, model.aliases[0], "--on", "2026-11-22")

    assert out.startswith(f"{model.name} ({model.provider})  {model.status(catalog.reviewed())}")
    for group in ("identifiers", "customizations", "lifecycle", "serving", "hyperparameters", "dataset", "sharing"):
        assert f"\n{group}\n" in out
    assert all(f"{parameter.name}" in out for parameter in model.hyperparameters.values())
    document = json.loads(shown(capsys, model.customization_id, "--json", "--on", "2026-11-22"))
    assert document["identifiers"]["customization_id"] == model.customization_id
    for key, source in document["sources"].items():
        assert f"{source['title']}, read {source['read']}" in out, key


def test_unknown_facts_are_said_to_be_unknown(capsys: Captured) -> None:
    """Nothing is left empty."""
    out = " ".join(shown(capsys, "nova-2-lite").split())

    assert "parameters unknown" in out
    assert "tokens_per_record none documented" in out
    assert "end_of_life none announced" in out


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["nova-lit"], "did you mean 'nova-lite'?"),
        (["titan-text-express"], "is Titan Text G1 - Express (Amazon), no longer among the models"),
        (
            ["--region", "eu-west-1"],
            "no base model is customized in 'eu-west-1'; Regions with some: us-east-1, us-west-2",
        ),
        (["--on", "tomorrow"], "--on: must be a day such as 2026-11-22, got 'tomorrow'"),
        (["nova-lite", "--live"], "all facts of a base model are shown without --region and --live; leave them out"),
        (["--live", "--region", "us-east-1"], "--live asks the Region of the environment"),
    ],
)
def test_wrong_usage_is_told(capsys: Captured, arguments: list[str], message: str) -> None:
    """What was received, what is allowed and what to do."""
    assert main(["models", *arguments]) == 2
    assert message in capsys.readouterr().err
