"""Entry points: they import without any variable, and say which ones their function lacks."""

import importlib
import json
import subprocess
import sys
from typing import Any

import pytest

from lambdas import settings
from lambdas.responder import delivery
from tests.fakes.cloudformation import STACK

RESOURCES = ("training_dataset", "customization_job", "model_endpoint", "guard", "bucket_emptying")
FUNCTIONS = ("driver", "job_event", "sweep")
VARIABLES = {
    settings.TrainingDatasetSettings: "DATA_BUCKET_NAME KEY_ARN",
    settings.CustomizationJobSettings: (
        "PROJECT ENVIRONMENT REGISTRY_TABLE_NAME DRIVER_ARN SERVICE_ROLE_ARN OUTPUT_BUCKET_NAME KEY_ARN"
    ),
    settings.ModelEndpointSettings: "PROJECT ENVIRONMENT REGISTRY_TABLE_NAME DRIVER_ARN",
    settings.DriverSettings: "PROJECT ENVIRONMENT REGISTRY_TABLE_NAME SERVICE_ROLE_ARN OUTPUT_BUCKET_NAME KEY_ARN",
    settings.JobEventSettings: "PROJECT ENVIRONMENT REGISTRY_TABLE_NAME",
    settings.SweepSettings: "PROJECT ENVIRONMENT REGISTRY_TABLE_NAME DRIVER_ARN",
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
    modules = [f"lambdas.{feature}.handler" for feature in (*RESOURCES, *FUNCTIONS)]
    code = "; ".join(f"import {module}" for module in modules)
    path = {"PYTHONPATH": ":".join(p or "." for p in sys.path)}
    done = subprocess.run([sys.executable, "-c", code], env=path, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("feature", RESOURCES)
def test_custom_resource_handlers_import_no_aws_library(feature: str) -> None:
    """What can fail to import is imported where its failure is answered (fault A01)."""
    code = f"import sys, lambdas.{feature}.handler; print('botocore' in sys.modules or 'boto3' in sys.modules)"
    path = {"PYTHONPATH": ":".join(p or "." for p in sys.path)}
    done = subprocess.run([sys.executable, "-c", code], env=path, capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"


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
    monkeypatch.setattr(handler.respond, "__kwdefaults__", {"send": lambda _, body: bodies.append(body)})
    handler.handler(an_event(), None)
    [answer] = map(json.loads, bodies)
    assert answer["Status"] == "FAILED"
    assert answer["Reason"].startswith("MissingSettingError: environment variables ")


def test_handlers_send_with_the_real_delivery() -> None:
    """The default is what runs in Lambda."""
    from lambdas.responder import respond

    assert (respond.__kwdefaults__ or {})["send"] is delivery.deliver


@pytest.mark.parametrize("feature", FUNCTIONS)
def test_function_without_its_variables_lists_them(feature: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Deploying the Control stack again sets them."""
    for name in VARIABLES[settings.CustomizationJobSettings].split():
        monkeypatch.delenv(name, raising=False)
    handler = importlib.import_module(f"lambdas.{feature}.handler")
    with pytest.raises(settings.MissingSettingError, match="PROJECT, ENVIRONMENT, REGISTRY_TABLE_NAME"):
        handler.handler({"step": "Decide", "model": "faq", "execution": "x"}, None)


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
