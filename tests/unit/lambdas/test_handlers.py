"""Entry points: they import without any variable, and say which ones their function lacks."""

import importlib
import json
import subprocess
import sys
from typing import Any

import pytest

from lambdas import settings
from lambdas.responder import delivery, respond
from lambdas.responder.kept import OpenAnswers
from tests.fakes.stacks import STACK

RESOURCES = (
    "preflight",
    "training_dataset",
    "customization_job",
    "promoted_model",
    "model_endpoint",
    "guard",
    "bucket_emptying",
)
FUNCTIONS = ("driver", "evaluation", "job_event", "sweep")
ANSWERING = (*RESOURCES, "undelivered")
VARIABLES = {
    settings.PreflightSettings: "PROJECT ENVIRONMENT REGISTRY_TABLE_NAME SERVICE_ROLE_ARN KEY_ARN",
    settings.TrainingDatasetSettings: "DATA_BUCKET_NAME KEY_ARN",
    settings.CustomizationJobSettings: (
        "PROJECT ENVIRONMENT REGISTRY_TABLE_NAME DRIVER_ARN SERVICE_ROLE_ARN OUTPUT_BUCKET_NAME KEY_ARN"
    ),
    settings.ModelEndpointSettings: "PROJECT ENVIRONMENT REGISTRY_TABLE_NAME DRIVER_ARN",
    settings.PromotedModelSettings: "PROJECT ENVIRONMENT REGISTRY_TABLE_NAME DRIVER_ARN KEY_ARN",
    settings.DriverSettings: (
        "PROJECT ENVIRONMENT REGISTRY_TABLE_NAME SERVICE_ROLE_ARN OUTPUT_BUCKET_NAME KEY_ARN NOTICES_TOPIC_ARN "
        "MANIFEST_KEY_ARN CODE_VERSION EVALUATIONS_ARN"
    ),
    settings.EvaluationSettings: (
        "PROJECT ENVIRONMENT REGISTRY_TABLE_NAME DRIVER_ARN OUTPUT_BUCKET_NAME KEY_ARN JUDGE_ROLE_ARN CODE_VERSION"
    ),
    settings.JobEventSettings: "PROJECT ENVIRONMENT REGISTRY_TABLE_NAME",
    settings.SweepSettings: "PROJECT ENVIRONMENT REGISTRY_TABLE_NAME DRIVER_ARN NOTICES_TOPIC_ARN",
    settings.UndeliveredSettings: "REGISTRY_TABLE_NAME",
    settings.GuardSettings: "PROJECT ENVIRONMENT REGISTRY_TABLE_NAME GUARD_WAIT_SECONDS",
}


def an_event() -> dict[str, Any]:
    """A Create."""
    return {
        "RequestType": "Create",
        "RequestId": "1",
        "StackId": STACK,
        "LogicalResourceId": "Resource",
        "ResponseURL": "https://example.com/",
        "ResourceProperties": {},
    }


def test_handlers_import_in_an_empty_environment() -> None:
    """A module that reads the environment on import would die before it could answer (fault A01)."""
    modules = [f"lambdas.{feature}.handler" for feature in (*ANSWERING, *FUNCTIONS)]
    code = "; ".join(f"import {module}" for module in modules)
    path = {"PYTHONPATH": ":".join(p or "." for p in sys.path)}
    done = subprocess.run([sys.executable, "-c", code], env=path, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


#: What an entry point that answers CloudFormation may import besides the standard library: what it answers with.
NEEDED_TO_ANSWER = {
    "finetuning.properties",
    "finetuning",
    "finetuning.errors",
    "lambdas",
    "lambdas.log",
    "lambdas.responder",
    *(f"lambdas.responder.{module}" for module in ("answer", "deadline", "delivery", "kept", "request", "respond")),
}


@pytest.mark.parametrize("feature", ANSWERING)
def test_handlers_that_answer_import_only_what_answers(feature: str) -> None:
    """What can fail to import is imported where its failure is answered (fault A01)."""
    code = (
        f"import sys; before = set(sys.modules); import lambdas.{feature}.handler; "
        "print(*sorted(m for m in set(sys.modules) - before if m.split('.')[0] not in sys.stdlib_module_names))"
    )
    path = {"PYTHONPATH": ":".join(p or "." for p in sys.path)}
    done = subprocess.run([sys.executable, "-c", code], env=path, capture_output=True, text=True, check=True)
    own = {name for name in done.stdout.split() if name.startswith(f"lambdas.{feature}")}
    assert own >= {f"lambdas.{feature}", f"lambdas.{feature}.handler"}
    assert set(done.stdout.split()) - own == NEEDED_TO_ANSWER
    if feature in RESOURCES:
        assert own == {f"lambdas.{feature}", f"lambdas.{feature}.handler"}


@pytest.mark.parametrize("feature", RESOURCES[:-1])
def test_custom_resource_without_its_variables_is_answered_failed(
    feature: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The answer lists all that is missing and what to do."""
    for names in VARIABLES.values():
        for name in names.split():
            monkeypatch.delenv(name, raising=False)
    bodies: list[bytes] = []
    handler = importlib.import_module(f"lambdas.{feature}.handler")
    defaults = {**(respond.__kwdefaults__ or {}), "send": lambda _, body: bodies.append(body)}
    monkeypatch.setattr(handler.respond, "__kwdefaults__", defaults)
    handler.handler(an_event(), None)
    [answer] = map(json.loads, bodies)
    assert answer["Status"] == "FAILED"
    assert answer["Reason"].startswith("MissingSettingError: environment variables ")


def test_handlers_send_with_the_real_delivery() -> None:
    """The default is what runs in Lambda."""
    assert (respond.__kwdefaults__ or {})["send"] is delivery.deliver


@pytest.mark.parametrize("feature", FUNCTIONS)
def test_function_without_its_variables_lists_them(feature: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Deploying the Control stack again sets them."""
    for name in VARIABLES[settings.CustomizationJobSettings].split():
        monkeypatch.delenv(name, raising=False)
    handler = importlib.import_module(f"lambdas.{feature}.handler")
    with pytest.raises(settings.MissingSettingError, match="PROJECT, ENVIRONMENT, REGISTRY_TABLE_NAME"):
        handler.handler({"step": "Decide", "model": "faq", "execution": "x"}, None)


def test_undelivered_request_is_answered_without_any_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    """Not even the table of answers is a condition; what it cannot settle it leaves in the queue."""
    from lambdas.undelivered import handler as undelivered
    from lambdas.undelivered.answering import UndeliveredEvents

    monkeypatch.delenv("REGISTRY_TABLE_NAME", raising=False)
    bodies: list[bytes] = []

    def settling(*, answers: OpenAnswers) -> UndeliveredEvents:
        return UndeliveredEvents(answers=answers, send=lambda _, body: bodies.append(body))

    monkeypatch.setattr(undelivered, "UndeliveredEvents", settling)
    record = {"requestContext": {"condition": "RetriesExhausted"}, "requestPayload": an_event()}
    messages = [{"messageId": "1", "body": json.dumps(record)}, {"messageId": "2", "body": "what is this?"}]
    assert undelivered.handler({"Records": messages}, None) == {"batchItemFailures": [{"itemIdentifier": "2"}]}
    [answer] = map(json.loads, bodies)
    assert answer["Status"] == "FAILED"


@pytest.mark.parametrize("cls", VARIABLES)
def test_settings_are_read_from_variables_in_capitals(cls: Any) -> None:
    """The names are the contract with the Control stack."""
    names = VARIABLES[cls].split()
    loaded = settings.load(cls, {name: name.lower() for name in names})
    assert list(loaded) == [name.lower() for name in names]


def test_missing_and_empty_variables_are_listed_together() -> None:
    """All problems at once."""
    with pytest.raises(settings.MissingSettingError) as missing:
        settings.load(settings.JobEventSettings, {"PROJECT": "", "ENVIRONMENT": "dev"})
    assert str(missing.value) == (
        "environment variables PROJECT, REGISTRY_TABLE_NAME are missing or empty; deploy the Control stack again"
    )
