"""A small context to start from, and the problems that a changed one causes."""

from collections.abc import Callable
from typing import Any

import pytest

import configuration

SAMPLE = {
    "training": "datasets/bedrock-faq/training.jsonl",
    "validation": "datasets/bedrock-faq/validation.jsonl",
}

TEST = "datasets/bedrock-faq/validation.jsonl"

Context = dict[str, Any]
ProblemsOf = Callable[..., list[str]]


@pytest.fixture
def context() -> Context:
    """An account with nothing wrong in it: Nova Lite on demand, and Claude 3 Haiku on the embedded AWS."""
    return valid()


def valid() -> Context:
    """The context of the fixture, anew."""
    return {
        "project": "finetuning",
        "environments": {
            "local": _environment("000000000000", "us-west-2", _haiku(), catalog_date="2026-01-15"),
            "dev": _environment("111122223333", "us-east-1", _nova(), prices=_prices()),
            "prod": _environment("111122223333", "us-east-1", _nova(), prices=_prices(), removal_policy="retain"),
        },
    }


@pytest.fixture
def dev(context: Context) -> Context:
    """The model `faq` of dev, to be changed in place."""
    context["env"] = "dev"
    model: Context = context["environments"]["dev"]["models"]["faq"]
    return model


@pytest.fixture
def faq(context: Context) -> Context:
    """The model `faq` of prod, which comes from dev."""
    context["env"] = "prod"
    models: Context = context["environments"]["prod"]["models"]
    models["faq"] = {
        "training": {"base_model": "nova-lite", "keep_previous": 2, "tags": {"team": "support"}},
        "endpoint": {"serving": "on_demand"},
        "promotion": {"source": "dev"},
    }
    model: Context = models["faq"]
    return model


@pytest.fixture
def retrained(context: Context, faq: Context) -> Context:
    """The same, trained again in prod."""
    faq["training"] = {
        "base_model": "nova-lite",
        "dataset": {"training": "datasets/bedrock-faq/training.jsonl", "test": TEST},
        "hyperparameters": {"epochCount": 2},
    }
    faq["promotion"]["method"] = "retrain"
    faq["evaluation"] = {"preset": "knowledge"}
    faq["gate"] = {"mode": "enabled", "thresholds": {"rouge_l": {"min": 0.3}}}
    return faq


@pytest.fixture
def problems_of() -> ProblemsOf:
    """The lines of the message with which a context is refused; none if it is accepted."""

    def problems_of(context: Context, endpoint_url: str | None = None) -> list[str]:
        try:
            configuration.load(context, endpoint_url)
        except configuration.ConfigurationError as error:
            return [str(problem) for problem in error.problems]
        return []

    return problems_of


def _prices() -> Context:
    """Numbers of the tests' own; only their size next to the caps matters."""
    return {"nova-lite": {"training_usd_per_1k_tokens": 0.002, "unit_hour_usd": {"none": 30, "one_month": 20}}}


def _environment(account: str, region: str, model: Context, **more: Any) -> Context:
    return {"account": account, "region": region, "removal_policy": "destroy", "models": {"faq": model}, **more}


def _haiku() -> Context:
    base_model = "anthropic.claude-3-haiku-20240307-v1:0:200k"
    return {
        "training": {"base_model": base_model, "dataset": dict(SAMPLE), "hyperparameters": {"epochCount": 10}},
        "endpoint": {"serving": "provisioned"},
    }


def _nova() -> Context:
    return {
        "training": {"base_model": "amazon.nova-lite-v1:0:300k", "dataset": dict(SAMPLE)},
        "endpoint": {"serving": "on_demand"},
    }
