"""Models that another environment of the account has judged, and stacks that promote them."""

import json
from base64 import b64encode
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from finetuning.lifecycle import ModelRecord
from finetuning.manifest import Data, Job, Judgement, Manifest, canonical, digest
from finetuning.names import HOLD_TAG_PREFIX, hold_tag, hold_value, pointer_parameter
from tests.fakes.judging import FakeSigning
from tests.simulation.aws.site import ACCOUNT, REGION
from tests.simulation.aws.things import Endpoint, Model
from tests.simulation.environment import Environment
from tests.simulation.lending import lending
from tests.simulation.oracle import guard, liveness, one_answer, secrecy
from tests.simulation.ownership import at_most_once, commitments, no_leak
from tests.simulation.publication import billed_for_nothing
from tests.simulation.template import Template
from tests.simulation.view import View, Violation
from tests.simulation.wanted import BASE_MODELS, ENVIRONMENT, KEY_ARN, PROJECT, Wanted

#: The environment that trains and judges; the simulated one is where its models are promoted to.
SOURCE = "lab"
#: With which it signs.
SOURCE_KEY = f"arn:aws:kms:{REGION}:{ACCOUNT}:alias/{PROJECT}-{SOURCE}-manifest"


def judged(environment: Environment, wanted: Wanted, number: int, *, flaw: str = "") -> Model:
    """The model of the source's generation of this number."""
    name = f"{PROJECT}-{SOURCE}-{wanted.model}-{number:010x}-1"
    base_model = BASE_MODELS[wanted.serving]
    return environment.account.bedrock.judged_elsewhere(name, (PROJECT, SOURCE), base_model=base_model, flaw=flaw)


def manifest_of(model: Model, use_case: str, **changes: Any) -> Manifest:
    """What the source says of its model."""
    said = Manifest(
        project=PROJECT,
        environment=SOURCE,
        account=ACCOUNT,
        region=REGION,
        model=use_case,
        generation="-".join(model.name.split("-")[-2:]),
        custom_model_arn=model.arn,
        job=Job(model.job_arn, model.job_name),
        base_model=model.base_model,
        customization_type="FINE_TUNING",
        hyperparameters={"epochCount": "2"},
        customization_config={},
        data=Data("a" * 64, "b" * 64, "c" * 64),
        kms_key_arn=KEY_ARN,
        files=(),
        epochs=(),
        code_version="",
        evaluation=None,
        verdict=Judgement(passed=True, mode="enabled", reasons=()),
        curve=None,
        approved_by="automatic",
    )
    return said._replace(**changes)


def promotion(wanted: Wanted, manifest: Manifest, *, key: str = SOURCE_KEY, **properties: Any) -> Template:
    """A stack that promotes what a manifest, signed with this key, speaks of."""
    text = canonical(manifest.document())
    pinned = {
        "Model": wanted.model,
        "Source": SOURCE,
        "Method": "swap",
        "BaseModel": BASE_MODELS[wanted.serving],
        "Manifest": b64encode(text).decode(),
        "ManifestSha256": digest(text),
        "Signature": b64encode(FakeSigning(key).sign(digest(text))).decode(),
        "ManifestKey": SOURCE_KEY,
        "ApprovedBy": "ada",
        "Reference": "https://example.com/pull/7",
        "KeepPrevious": wanted.keep_previous,
        "Tags": dict(wanted.tags),
        **properties,
    }
    return {"Promoted": pinned, "Endpoint": wanted.endpoint}


def retraining(wanted: Wanted, manifest: Manifest) -> Template:
    """A stack that trains again, and whose model has to agree with a manifest."""
    template = replace(wanted, gate="enabled").template
    asked = json.loads(template["Job"]["Evaluation"])
    name = digest(canonical(manifest.document()))
    asked["settings"]["reference"] = {"manifest": name, "band": 0.05, "metrics": {"rouge_l": 0.5}}
    return {**template, "Job": {**template["Job"], "Evaluation": json.dumps(asked)}}


def served(environment: Environment, use_case: str) -> str:
    """ARN of the model behind the pointer; "" without one that answers by its name."""
    pointer = pointer_parameter(PROJECT, ENVIRONMENT, use_case)
    found = environment.account.bedrock.find(environment.account.parameters.values.get(pointer, ""))
    return found.model_arn if isinstance(found, Endpoint) else ""


def held(environment: Environment) -> dict[str, str]:
    """For whom this environment holds models, by their ARN."""
    models, key = environment.account.bedrock.site.models.truth.values(), hold_tag(ENVIRONMENT)
    return {model.arn: model.tags[key] for model in models if key in model.tags}


def rest_problems(environment: Environment) -> Iterator[Violation]:
    """Every invariant that a promotion can break, once everything is at rest."""
    yield from problems(environment)
    yield from lending(environment)
    for judge in (one_answer, secrecy, liveness, guard):
        yield from judge(environment)
    for record in environment.records:
        view = View(environment, record.model)
        for about in (no_leak, at_most_once, commitments, billed_for_nothing):
            yield from about(view)


def problems(environment: Environment) -> Iterator[Violation]:
    """What must not be once everything is at rest, whatever became of the promotions."""
    records = environment.records
    needed = {arn: hold_value(PROJECT, record.model) for record in records for arn in _lent(record)}
    for arn, value in held(environment).items():
        if needed.get(arn) != value:
            yield Violation("I1", f"{arn} is held for {value}, and nobody needs it: {SOURCE} can never delete it")
    for thing in environment.things:
        if isinstance(thing, Endpoint) and thing.desired_arn not in held(environment):
            yield Violation(
                "I2", f"{thing.name} serves {thing.desired_arn}, which {SOURCE} may delete: nobody holds it"
            )
    named = {endpoint.name for record in records for endpoint in record.endpoint.generations if not endpoint.gone}
    for thing in environment.things:
        if isinstance(thing, Endpoint) and thing.name not in named:
            yield Violation("I1", f"nobody claims {thing.name}")
    for change in environment.account.bedrock.changes:
        if change.kind == "model" and (change.what == "deleted" or not change.detail.startswith(HOLD_TAG_PREFIX)):
            yield Violation("I2", f"model {change.name} of {SOURCE} was {change.what}: {change.detail}")
    for purchase in environment.account.bedrock.purchases:
        if purchase.kind == "job":
            yield Violation("I3", f"{purchase.name} was trained for a promotion")
    for pointed in environment.pointed:
        if pointed.flaw:
            yield Violation("I9", f"the pointer was set to {pointed.model_arn}, which does not answer")
    yield from (Violation("I8", f"{record.model} is not settled") for record in records if not record.settled)


def _lent(record: ModelRecord) -> Iterator[str]:
    """ARNs of the models that a record still needs."""
    for generation in record.training.generations:
        if generation.promoted is not None and generation.intended and not generation.gone:
            yield generation.model_arn
