"""`models --live`: the embedded Bedrock agrees with the catalog on every day, and what it says otherwise is shown."""

import json
from datetime import date
from typing import Any

import pytest

from ops import project
from ops.__main__ import main
from ops.models import live
from ops.session import Session
from tests.local.bedrock.world import ACCOUNT, HAIKU, World


class OnWorld(Session):
    """A session whose Bedrock is the world's."""

    def __init__(self, world: World, summaries: list[dict[str, Any]] | None = None) -> None:
        environment = project.Environment("local", ACCOUNT, world.region, "destroy", {})
        super().__init__("finetuning", environment)
        self.world, self.summaries = world, summaries

    def client(self, service: str) -> Any:
        """Bedrock, or itself if it is to say something of its own."""
        return self.world.bedrock if self.summaries is None else self

    def list_foundation_models(self) -> dict[str, Any]:
        """What it is to say."""
        return {"modelSummaries": self.summaries}


def summaries(world: World) -> list[dict[str, Any]]:
    """What the embedded Bedrock lists."""
    listed: list[dict[str, Any]] = world.bedrock.list_foundation_models()["modelSummaries"]
    return listed


@pytest.mark.parametrize("region", ["us-east-1", "us-west-2"])
@pytest.mark.parametrize("day", ["2025-12-15", "2026-01-15", "2026-05-01", "2026-07-07", "2026-11-22"])
def test_embedded_bedrock_agrees_with_the_catalog(world: World, region: str, day: str) -> None:
    """Status, dates and customization types of every base model."""
    on = date.fromisoformat(day)
    world.as_of(year=on.year, month=on.month, day=on.day)
    world.region = region

    assert live.disagreements(OnWorld(world), on) == []


def test_what_the_account_says_otherwise_is_shown(
    world: World, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Another status, other days, other types, a model less and a model more; the exit code is 1."""
    listed = {summary["modelId"]: summary for summary in summaries(world)}
    listed.pop("meta.llama3-3-70b-instruct-v1:0:128k")
    haiku = listed[HAIKU]
    haiku["modelLifecycle"] |= {"status": "LEGACY", "endOfLifeTime": haiku["modelLifecycle"]["legacyTime"]}
    listed["meta.llama3-1-8b-instruct-v1:0:128k"]["customizationsSupported"] = ["FINE_TUNING"]
    listed["meta.llama5-1b-v1:0:128k"] = {
        "modelId": "meta.llama5-1b-v1:0:128k",
        "outputModalities": ["TEXT"],
        "customizationsSupported": ["FINE_TUNING"],
    }
    monkeypatch.setattr("ops.commands.models.open_session", lambda env: OnWorld(world, list(listed.values())))

    assert main(["models", "--live", "--on", "2025-12-15", "--json"]) == 1
    document = json.loads(capsys.readouterr().out)
    assert (document["region"], document["on"]) == ("us-west-2", "2025-12-15")
    assert [tuple(each.values()) for each in document["disagreements"]] == [
        (HAIKU, "status", "active", "legacy"),
        (HAIKU, "end_of_life", "2026-09-10", "2026-03-10"),
        ("meta.llama3-1-8b-instruct-v1:0:128k", "customization types", "FINE_TUNING, DISTILLATION", "FINE_TUNING"),
        ("meta.llama3-3-70b-instruct-v1:0:128k", "status", "active", "not offered in us-west-2"),
        ("meta.llama5-1b-v1:0:128k", "customization types", "not in the catalog", "FINE_TUNING"),
    ]
    assert main(["models", "--live", "--on", "2025-12-15"]) == 1
    assert "the account is right: correct finetuning/catalog.json" in capsys.readouterr().out


def test_agreement_is_said_as_of_the_embedded_day(
    world: World, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Any
) -> None:
    """Without --on, base models of `local` are judged on its catalog_date."""
    path = tmp_path / "cdk.json"
    path.write_text(json.dumps({"context": {"environments": {"local": {"catalog_date": "2025-12-15"}}}}))
    monkeypatch.setattr("ops.project.FILE", path)
    monkeypatch.setattr("ops.commands.models.open_session", lambda env: OnWorld(world))

    assert main(["models", "--live"]) == 0
    assert capsys.readouterr().out == "the account agrees with the catalog in us-west-2, as of 2025-12-15\n"
