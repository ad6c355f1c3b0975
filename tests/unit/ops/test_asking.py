"""Both models are asked in the base model's format, and the answers stand side by side."""

import io
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from ops import asking, project, samples
from ops.__main__ import main
from ops.asking import NothingServesError, Question
from ops.session import Session
from tests.unit.ops import looks
from tests.unit.ops.screen import shown

POINTER = "/finetuning/local/faq/endpoint"
LOCAL = project.Environment("local", "000000000000", "us-west-2", "destroy", {})


class FakeRuntime:
    """Answers with the id of the model that was asked; refuses those in `refused`."""

    def __init__(self) -> None:
        self.bodies: dict[str, Any] = {}
        self.refused: set[str] = set()

    def invoke_model(self, *, modelId: str, body: str, contentType: str, accept: str) -> dict[str, Any]:
        """Bedrock's InvokeModel, in Anthropic's format."""
        if modelId in self.refused:
            raise ClientError({"Error": {"Code": "AccessDeniedException", "Message": "no access"}}, "InvokeModel")
        self.bodies[modelId] = json.loads(body)
        answer = {
            "content": [{"type": "text", "text": f"I am {modelId}"}],
            "usage": {"input_tokens": 3, "output_tokens": 4},
            "stop_reason": "end_turn",
        }
        return {"body": io.BytesIO(json.dumps(answer).encode())}


class FakeSession(Session):
    """A session whose only clients are the runtime and the pointer."""

    def __init__(self, pointers: dict[str, str], environment: project.Environment = LOCAL) -> None:
        super().__init__("finetuning", environment)
        self.runtime = FakeRuntime()
        self._clients = {"bedrock-runtime": self.runtime}
        self._pointers = pointers

    def pointer(self) -> Any:
        """The pointer parameters."""
        return self

    def read(self, name: str) -> str | None:
        """What a pointer says."""
        return self._pointers.get(name)


class Served(FakeSession):
    """One whose registry knows a model in service."""

    def registry(self) -> Any:
        """The registry, which has a record."""
        return Records()

    @property
    def systems(self) -> set[str | None]:
        """The system prompts with which models were asked."""
        return {body.get("system") for body in self.runtime.bodies.values()}


class Records:
    """A registry of one record."""

    def read(self, model: str) -> Any:
        """The record."""
        return looks.serving().record


def asked(
    monkeypatch: pytest.MonkeyPatch, environments: dict[str, dict[str, Any]], name: str, *arguments: str
) -> Served:
    """Ask the model of one of these environments, given by their sections of it."""
    known = {
        key: project.Environment(key, "1", "us-west-2", "destroy", {"faq": model})
        for key, model in environments.items()
    }
    session = Served({POINTER: looks.ENDPOINT_ARN}, known[name])
    monkeypatch.setattr("ops.commands.ask.open_session", lambda env: session)
    monkeypatch.setattr(project, "load", lambda: project.Project("finetuning", known))
    assert main(("ask", "Why?", *arguments)) == 0
    return session


@pytest.fixture
def session() -> FakeSession:
    """The model is in service."""
    return FakeSession({POINTER: looks.ENDPOINT_ARN})


def test_base_and_tuned_model_get_the_same_question(session: FakeSession) -> None:
    """The tuned one is asked through the pointer; parameters are the article's."""
    asking.compare(session, looks.serving().record, Question("Why?", "Be brief."))
    base, tuned = "anthropic.claude-3-haiku-20240307-v1:0", looks.ENDPOINT_ARN
    assert set(session.runtime.bodies) == {base, tuned}
    assert (
        session.runtime.bodies[base]
        == session.runtime.bodies[tuned]
        == {
            "anthropic_version": "bedrock-2023-05-31",
            "max_tokens": 2048,
            "system": "Be brief.",
            "messages": [{"role": "user", "content": "Why?"}],
            "temperature": 0.1,
            "top_p": 0.9,
        }
    )


def test_answers_are_shown_side_by_side_with_tokens(session: FakeSession) -> None:
    """Who says what, and what it costs."""
    text = shown(asking.render(asking.compare(session, looks.serving().record, Question("Why?"))))
    assert "question  Why?" in text
    assert "base model" in text
    assert "tuned model" in text
    assert text.count("3 tokens in, 4 out") == 2


def test_document_has_both_texts(session: FakeSession) -> None:
    """A script reads `base.text` and `tuned.text`."""
    document = asking.document(asking.compare(session, looks.serving().record, Question("Why?")))
    assert document["tuned"]["text"] == f"I am {looks.ENDPOINT_ARN}"
    assert document["base"]["output_tokens"] == 4


def test_refused_base_model_does_not_hide_the_tuned_answer(session: FakeSession) -> None:
    """Access to the base model is granted apart from the endpoint's."""
    session.runtime.refused = {"anthropic.claude-3-haiku-20240307-v1:0"}
    comparison = asking.compare(session, looks.serving().record, Question("Why?"))
    assert not comparison.is_complete
    assert comparison.tuned.answer is not None
    assert "AccessDeniedException: no access" in shown(asking.render(comparison))


def test_nothing_published_says_what_is_going_on() -> None:
    """While the job trains there is nobody to ask, and the message says so."""
    with pytest.raises(NothingServesError, match=f"customization job {looks.JOB} is InProgress; watch it with"):
        asking.compare(FakeSession({}), looks.training().record, Question("Why?"))


def test_nobody_is_told_to_wait_for_what_does_not_come() -> None:
    """A stopped bill needs `resume`; without serving there is nothing to wait for."""
    known = looks.record()
    stopped = replace(known, endpoint=replace(known.endpoint, stopped=True))
    with pytest.raises(NothingServesError, match="its bill was stopped; get it back with: python -m ops resume"):
        asking.compare(FakeSession({}), stopped, Question("Why?"))
    unserved = replace(known, endpoint=replace(known.endpoint, removed=True))
    with pytest.raises(NothingServesError, match=r"no endpoint is wanted \(endpoint.serving is none\)"):
        asking.compare(FakeSession({}), unserved, Question("Why?"))


def test_removed_model_is_not_deployed() -> None:
    """After destroy the message says how to get the model back."""
    known = looks.record()
    removed = replace(known, training=replace(known.training, removed=True))
    with pytest.raises(NothingServesError, match="it is not deployed; deploy it with: cdk deploy --all"):
        asking.compare(FakeSession({}), removed, Question("Why?"))


def test_sample_gives_system_prompt_and_question() -> None:
    """The shipped sample has both in its first records."""
    local = project.load().environments["local"]
    assert samples.question(local, "faq") == "What is Amazon Bedrock?"
    assert (samples.system_prompt(local, "faq") or "").startswith("You are a high-performance QA assistant")


def test_configured_system_prompt_goes_first() -> None:
    """What the dataset section says was given to every example without one."""
    dataset = {"training": "datasets/bedrock-faq/training.jsonl", "system_prompt": "Be brief."}
    environment = project.Environment("dev", "1", "r", "destroy", {"faq": {"training": {"dataset": dataset}}})
    assert samples.system_prompt(environment, "faq") == "Be brief."


def test_dataset_elsewhere_gives_nothing() -> None:
    """Objects in S3 are not fetched to ask a question."""
    dataset = {"training": "s3://bucket/training.jsonl"}
    environment = project.Environment("dev", "1", "r", "destroy", {"faq": {"training": {"dataset": dataset}}})
    assert samples.question(environment, "faq") is None
    assert samples.system_prompt(environment, "faq") is None


def _trained(**dataset: str) -> dict[str, Any]:
    return {"training": {"dataset": dataset}}


def _promoted(source: str) -> dict[str, Any]:
    return {"training": {"base_model": "nova-lite"}, "promotion": {"source": source}}


def test_promoted_model_is_asked_with_the_prompt_it_was_trained_with(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The environment that trained it has the dataset, however many promotions ago that was."""
    environments = {
        "dev": _trained(training="datasets/bedrock-faq/training.jsonl", system_prompt="Be brief."),
        "staging": _promoted("dev"),
        "prod": _promoted("staging"),
    }
    assert asked(monkeypatch, environments, "staging").systems == {"Be brief."}
    assert asked(monkeypatch, environments, "prod").systems == {"Be brief."}
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize(
    "environments",
    [
        {"prod": _trained(training="s3://bucket/training.jsonl")},
        {"dev": _trained(training="s3://bucket/training.jsonl"), "prod": _promoted("dev")},
        {"prod": _promoted("elsewhere")},
        {"staging": _promoted("prod"), "prod": _promoted("staging")},
    ],
)
def test_unknown_system_prompt_is_said(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], environments: dict[str, dict[str, Any]]
) -> None:
    """On stderr: the answers may differ from those that were evaluated."""
    assert asked(monkeypatch, environments, "prod", "--json").systems == {None}
    output = capsys.readouterr()
    assert json.loads(output.out)["system"] is None
    assert "asked without a system prompt" in output.err
    assert "give it with --system" in output.err


def test_given_system_prompt_needs_no_word(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """An empty one is none on purpose."""
    assert asked(monkeypatch, {"prod": _promoted("dev")}, "prod", "--system", "Be kind.").systems == {"Be kind."}
    asked(monkeypatch, {"prod": _promoted("dev")}, "prod", "--system", "")
    assert capsys.readouterr().err == ""


def test_model_trained_without_a_system_prompt_needs_no_word(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """Its first record is there, and has none."""
    file = tmp_path / "training.jsonl"
    turns = [{"role": role, "content": [{"text": "Why?"}]} for role in ("user", "assistant")]
    record = {"schemaVersion": "bedrock-conversation-2024", "messages": turns}
    file.write_text(json.dumps(record) + "\n", encoding="utf-8")
    environments = {"dev": _trained(training=str(file)), "prod": _promoted("dev")}
    assert asked(monkeypatch, environments, "prod").systems == {None}
    assert capsys.readouterr().err == ""
