"""Two environments in one account: `dev` trains and judges, `staging` takes over the very model by its manifest."""

import json
from base64 import b64encode
from collections.abc import Mapping
from typing import Any

from finetuning.lifecycle.evaluating import judged
from finetuning.lifecycle.verdict import Verdict
from finetuning.manifest import Manifest, canonical, digest, read
from lambdas.promoted_model.resource import PromotedModel
from lambdas.promoted_model.verification import Verification
from lambdas.responder import CustomResource
from lambdas.settings import PromotedModelSettings
from tests.fakes.account import FakeAccountHolds
from tests.fakes.cloudformation import FakeStack
from tests.fakes.judging import FakeSigning
from tests.fakes.stacks import STACK
from tests.unit.lambdas.story import HAIKU, MODEL, Story, endpoint_properties, job_properties

#: What the fakes call the key with which `dev` signs.
KEY = "key"
#: With which the target encrypts copies.
OWN_KEY = "arn:aws:kms:us-west-2:111122223333:key/99999999-2222-3333-4444-555555555555"


class Source(Story):
    """The environment in which models are trained; every evaluation passes at once."""

    def __init__(self) -> None:
        super().__init__()
        self.evaluations.judge = self._pass

    def judge(self, epochs: str = "2", **properties: Any) -> bytes:
        """Train and judge a model; return its manifest."""
        gate = {"curve": {"max_overfit": 0.5, "require_improvement": True}}
        settings = {"evaluation": {"preset": "knowledge"}, "gate": gate, "base_model": HAIKU}
        asked = json.dumps({"mode": "enabled", "hours": 6, "own_endpoint": True, "settings": settings})
        given = {"Evaluation": asked, "TestUri": f"s3://data/datasets/faq/{'c' * 64}/test.jsonl", **properties}
        self.stack.deploy(
            {"Job": job_properties(epochs, **given), "Endpoint": endpoint_properties(Serving="on_demand")}
        )
        self.machine.run()
        [name] = self.jobs.running
        self.jobs.end(name)
        self.events.handle(name, "Completed")
        self.machine.run()
        current = self.record.training.current
        assert current is not None
        return self.manifests.kept[current.manifest]

    def _pass(self, event: Mapping[str, str]) -> None:
        verdict = Verdict(event["evaluation"], passed=True, mode="enabled")
        record = self.registry.update(MODEL, lambda r: judged(r, event["generation"], verdict))
        self.machine.start(record.model, record.in_charge)


class Target(Story):
    """The environment that a model is promoted to; `source` has the account's models."""

    def __init__(self, source: Source, environment: str = "staging") -> None:
        self.source, account = source, FakeAccountHolds(source.jobs)
        super().__init__(environment, account)
        verification = Verification(signatures=FakeSigning(), models=account, pause=self.clock.sleep)
        self.promoted = self.resource(verification)
        handlers: dict[str, CustomResource] = {"PromotedModel": self.promoted, "Endpoint": self.endpoint}
        self.stack = FakeStack(handlers, self.stacks, STACK)

    def resource(self, verification: Verification) -> PromotedModel:
        """The promoted model resource that verifies like this."""
        return PromotedModel(
            PromotedModelSettings("finetuning", self.record.environment, "registry", "arn:driver", OWN_KEY),
            registry=self.registry,
            verification=verification,
            lock=self.lock,
            driver=self.machine,
            stacks=self.stacks,
        )

    def promote(self, manifest: bytes, **properties: Any) -> None:
        """Deploy the model of a manifest, and let the driver run until there is nothing to do."""
        self.stack.deploy(promotion(manifest, **properties))
        self.machine.run()

    @property
    def serves(self) -> str:
        """The model behind the pointer."""
        arn = self.pointer.parameters.get(f"/finetuning/{self.record.environment}/faq/endpoint")
        return next((e.model_arn for e in self.deployments.alive.values() if e.arn == arn), "")

    @property
    def held(self) -> list[str]:
        """The models that this environment holds."""
        key = f"finetuning:hold-{self.record.environment}"
        return [arn for arn, tags in self.source.jobs.tagged.items() if key in tags]


def promotion(manifest: bytes, **properties: Any) -> dict[str, Any]:
    """The properties of the target's resources."""
    return {"PromotedModel": pinned(manifest, **properties), "Endpoint": endpoint_properties(Serving="on_demand")}


def pinned(manifest: bytes, *, key: str = KEY, **properties: Any) -> dict[str, Any]:
    """Properties of the promoted model resource; the manifest is signed with this key."""
    name = digest(manifest)
    return {
        "Model": MODEL,
        "Source": "dev",
        "Method": "swap",
        "BaseModel": HAIKU,
        "Manifest": b64encode(manifest).decode(),
        "ManifestSha256": name,
        "Signature": b64encode(FakeSigning(key).sign(name)).decode(),
        "ManifestKey": KEY,
        "ApprovedBy": "ada",
        "Reference": "https://example.com/pull/7",
        "KeepPrevious": "1",
        "Tags": {"team": "support"},
        **properties,
    }


def changed(manifest: bytes, **fields: Any) -> bytes:
    """The manifest with other fields, signed anew by whoever asks for it with `pinned`."""
    known: Manifest = read(manifest)
    return canonical(known._replace(**fields).document())
