"""What must never be logged: the pre-signed URL, and texts of training records (invariant I7)."""

import json
import time
from typing import Any

import pytest

from lambdas import log
from lambdas.responder import CustomResource, respond
from lambdas.settings import TrainingDatasetSettings
from lambdas.training_dataset.resource import TrainingDataset
from lambdas.undelivered.answering import UndeliveredEvents
from tests.fakes.stacks import STACK
from tests.fakes.storage import FakeStorage
from tests.unit.lambdas.story import HAIKU

GOOD = json.dumps({"prompt": "canary-prompt", "completion": "canary-completion"})
BAD = [
    '{"prompt": "canary-broken',
    json.dumps({"prompt": "canary-empty", "completion": ""}),
    json.dumps({"prompt": "canary \n\nHuman: canary", "completion": "canary"}),
    json.dumps({"messages": [{"role": "canary-role-is-shown-elsewhere", "content": "canary-content"}]}),
    '{"prompt": "canary \\ud800", "completion": "x"}',
]


def run(lines: list[str], capsys: pytest.CaptureFixture[str], error: Exception | None = None) -> tuple[str, str]:
    """Everything logged, and the answer's reason, for a dataset of these lines."""
    storage = FakeStorage({"s3://source/training.jsonl": "\n".join(lines).encode("utf-8", "surrogatepass")})
    event: dict[str, Any] = {
        "RequestType": "Create",
        "RequestId": "1",
        "StackId": STACK,
        "LogicalResourceId": "Dataset",
        "ResponseURL": "https://bucket/?Signature=canary-url",
        "ResourceProperties": {"Model": "faq", "BaseModel": HAIKU, "Training": "s3://source/training.jsonl"},
    }

    def build() -> CustomResource:
        if error:
            raise error
        return TrainingDataset(TrainingDatasetSettings("data", "key"), storage=storage, remaining=lambda: 900)

    bodies: list[bytes] = []
    respond(event, build, send=lambda _, body: bodies.append(body))
    captured = capsys.readouterr()
    return captured.out + captured.err, bodies[0].decode()


def test_good_dataset_leaves_no_text_in_the_log(capsys: pytest.CaptureFixture[str]) -> None:
    """Counts and digests are logged, records are not."""
    logged, answer = run([GOOD] * 40, capsys)
    assert '"records": 40' in logged
    assert "canary" not in logged + answer


@pytest.mark.parametrize("bad", BAD)
def test_bad_record_leaves_no_text_in_log_or_answer(bad: str, capsys: pytest.CaptureFixture[str]) -> None:
    """A finding names the line and the rule, not the text."""
    logged, answer = run([GOOD] * 40 + [bad], capsys)
    assert json.loads(answer)["Status"] == "FAILED"
    texts = (logged + answer).replace("canary-role-is-shown-elsewhere", "")
    assert "canary" not in texts


def test_failure_before_the_resource_exists_leaves_no_url_in_the_log(capsys: pytest.CaptureFixture[str]) -> None:
    """Whatever happens, the request is logged by kind and ids only."""
    logged, answer = run([], capsys, RuntimeError("broken"))
    assert "RuntimeError" in logged
    assert "canary" not in logged + answer


CANARY_URL = "https://bucket.s3.amazonaws.com/?Signature=canary-url"


@pytest.mark.parametrize("error", ["", f"KeyError: {CANARY_URL}", f"bad HTTPS://BUCKET/?canary and {CANARY_URL}, so"])
@pytest.mark.parametrize("send_fails", [False, True])
@pytest.mark.parametrize("wrap", ["record", "unknown", "broken", "no JSON"])
def test_undelivered_request_leaves_no_url_in_log_or_answer(
    error: str, send_fails: bool, wrap: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """The message holds the URL, and the failed attempt's error may quote it."""
    event = {
        "RequestType": "Create",
        "RequestId": "1",
        "StackId": STACK,
        "LogicalResourceId": "Dataset",
        "ResponseURL": CANARY_URL,
        "ResourceProperties": {"SystemPrompt": "canary-prompt"},
    }
    if wrap == "broken":
        del event["RequestId"]
    record: dict[str, Any] = {
        "requestContext": {"condition": "RetriesExhausted", "functionArn": "arn:aws:lambda:r:1:function:f:$LATEST"},
        "requestPayload": event,
        "responsePayload": {"errorType": "Error", "errorMessage": error},
    }
    body = {"unknown": json.dumps({"payload": event}), "no JSON": f"{CANARY_URL} {{"}.get(wrap, json.dumps(record))
    bodies: list[bytes] = []

    def send(url: str, body: bytes) -> None:
        bodies.append(body)
        if send_fails:
            raise OSError(url)

    left = UndeliveredEvents(answers=None, send=send).handle([{"messageId": "m", "body": body}])
    captured = capsys.readouterr()
    assert left == (["m"] if send_fails or wrap != "record" else [])
    assert "canary" not in (captured.out + captured.err + repr(bodies)).lower()


def test_metric_line_has_what_it_was_given_only(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Source: CloudWatch User Guide, 'Specification: Embedded metric format'; written at every log level."""
    monkeypatch.setenv("LOG_LEVEL", "ERROR")
    log.metric("Troubles", 2, Project="finetuning", Environment="dev", Kind="stuck")
    line = json.loads(capsys.readouterr().out)
    assert line.pop("_aws") == {
        "Timestamp": pytest.approx(time.time() * 1000, abs=60_000),
        "CloudWatchMetrics": [
            {
                "Namespace": "FineTuning",
                "Dimensions": [["Project", "Environment", "Kind"]],
                "Metrics": [{"Name": "Troubles", "Unit": "Count"}],
            }
        ],
    }
    assert line == {"Project": "finetuning", "Environment": "dev", "Kind": "stuck", "Troubles": 2}


def test_request_shown_in_a_traceback_has_no_url() -> None:
    """Its representation leaves the credential out."""
    from tests.fakes.cloudformation import a_request

    assert "example.com" not in repr(a_request(properties={}))


def test_log_line_is_one_json_object(capsys: pytest.CaptureFixture[str]) -> None:
    """Log Insights parses it, also with line breaks and objects in it."""
    log.info("two\nlines", model="faq", error=ValueError("x"))
    assert json.loads(capsys.readouterr().out) == {
        "level": "INFO",
        "message": "two\nlines",
        "model": "faq",
        "error": "x",
    }


@pytest.mark.parametrize(
    ("threshold", "levels"),
    [("DEBUG", "IWE"), ("INFO", "IWE"), ("WARNING", "WE"), ("ERROR", "E"), ("LOUD", "IWE"), ("", "IWE")],
)
def test_log_level_is_the_threshold(
    threshold: str, levels: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """An unknown level means INFO."""
    monkeypatch.setenv("LOG_LEVEL", threshold)
    for write in (log.info, log.warning, log.error):
        write("message")
    lines = capsys.readouterr().out.splitlines()
    assert "".join(json.loads(line)["level"][0] for line in lines) == levels
