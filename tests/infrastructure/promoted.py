"""The staging environment of cdk.json: `faq` takes over the very model of dev, and `sales` trains it again."""

from pathlib import Path
from typing import Any

from configuration import pins
from finetuning.manifest import ALGORITHM, Judgement, Signature, digest
from tests.fakes import manifests
from tests.infrastructure.synthesis import Synthesis, shipped

LITE = "amazon.nova-lite-v1:0:300k"
ELSEWHERE = "arn:aws:kms:us-east-1:444455556666:key/66666666-7777-8888-9999-000000000000"
#: ECDSA signatures are not checked at synth.
SIGNATURE = b"signature"


def text_of(model: str, region: str = "us-east-1") -> bytes:
    """The bytes of what `dev` says of a model; reasons are sentences, and not all of them are ASCII."""
    verdict = Judgement(passed=True, mode="enabled", reasons=("naïve – but good",))
    return manifests.text_of(manifests.made(model=model, region=region, verdict=verdict)).encode()


def synthesis(folder: Path, *, is_judged: bool = True, copies: bool = False, **chosen: str) -> Synthesis:
    """The templates of staging, with `-c` values; judging them takes seconds."""
    import aws_cdk as cdk

    import app
    import configuration
    from stacks import environment

    pinned = folder / "environments"
    for model in ("faq", "sales"):
        _pin(pinned, model, "us-west-2" if copies else "us-east-1")
    given = shipped("staging", **chosen)
    environments = given["environments"]
    models = environments["staging"]["models"]
    models["faq"]["training"]["keep_previous"] = 2
    if copies:
        models["faq"]["promotion"] |= {"method": "copy", "manifest_key_arn": ELSEWHERE}
    models["sales"] = _retrained(environments["dev"]["models"]["faq"])
    environments["staging"]["prices"] = environments["dev"]["prices"]
    given["environments"]["staging"]["tags"] = {"cost-center": "4711"}
    made = cdk.App(context=given, outdir=str(folder / "out"), analytics_reporting=False)
    selection = configuration.load(made.node.get_all_context(), None, pins_folder=pinned)
    environment.define(made, selection, runs_here=False)
    if is_judged:
        assert app.judged(made) == 0
    else:
        made.synth()
    return Synthesis("staging", folder / "out")


def _retrained(usual: dict[str, Any]) -> dict[str, Any]:
    """As dev trains and judges it, with the hyperparameters of the manifest."""
    promotion = {"source": "dev", "method": "retrain", "manifest_key_arn": ELSEWHERE, "band": 0.1}
    training = {**usual["training"], "hyperparameters": dict(manifests.made().hyperparameters)}
    return {**usual, "training": training, "promotion": promotion}


def _pin(folder: Path, model: str, region: str) -> None:
    text = text_of(model, region)
    name = digest(text)
    (folder / pins.MANIFESTS).mkdir(parents=True, exist_ok=True)
    signature = Signature("arn:aws:kms:us-east-1:999999999999:key/came-with-it", ALGORITHM, SIGNATURE)
    pins.manifest_file(name, folder).write_text(pins.manifest_text(text.decode(), signature), encoding="utf-8")
    pin = pins.pin_text(name, "ada", "https://example.com/pull/7")
    pins.pin_file("staging", model, folder).write_text(pin, encoding="utf-8")
