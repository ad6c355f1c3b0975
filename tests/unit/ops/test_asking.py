"""Both models are asked in the base model's format, and the answers stand side by side."""

import io
import json
from dataclasses import replace
from typing import Any

import pytest
from botocore.exceptions import ClientError

from ops import asking, project, samples
from ops.asking import NothingServesError, Question
from ops.session import Session
from tests.unit.ops import looks
from tests.unit.ops.screen import shown

POINTER = "/finetuning/local/faq/endpoint"


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

    def __init__(self, pointers: dict[str, str]) -> None:
        super().__init__("finetuning", project.Environment("local", "000000000000", "us-west-2", "destroy", {}))
        self.runtime = FakeRuntime()
        self._clients = {"bedrock-runtime": self.runtime}
        self._pointers = pointers

    def pointer(self) -> Any:
        """The pointer parameters."""
        return self

    def read(self, name: str) -> str | None:
        """What a pointer says."""
        return self._pointers.get(name)


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
