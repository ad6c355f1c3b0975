"""An environment whose model is trained again by another environment's manifest, and has to agree with it."""

import json
from collections.abc import Mapping
from typing import Any

from finetuning.lifecycle.evaluating import judged
from finetuning.lifecycle.verdict import Verdict
from tests.unit.lambdas.story import HAIKU, MODEL, Story, endpoint_properties, job_properties

MANIFEST, ANOTHER = "a" * 64, "b" * 64


def retraining(epochs: str = "2", *, manifest: str = MANIFEST, **changes: Any) -> dict[str, dict[str, Any]]:
    """Properties of the stack of a model that has to agree with a manifest."""
    settings = {
        "evaluation": {"preset": "knowledge"},
        "gate": {"curve": {"max_overfit": 0.5, "require_improvement": True}},
        "reference": {"manifest": manifest, "band": 0.05, "metrics": {"rouge_l": 0.5}},
        "base_model": HAIKU,
    }
    asked = json.dumps({"mode": "enabled", "hours": 6, "own_endpoint": True, "settings": settings})
    given = {"Evaluation": asked, "TestUri": f"s3://data/datasets/faq/{'c' * 64}/test.jsonl", **changes}
    return {"Job": job_properties(epochs, **given), "Endpoint": endpoint_properties(Serving="on_demand")}


class Retraining(Story):
    """An environment whose model follows manifests of another one; `reasons` are what the gate has against it."""

    def __init__(self) -> None:
        super().__init__()
        self.reasons: tuple[str, ...] = ()
        self.evaluations.judge = self._judge

    def promote(self, epochs: str = "2", **changes: Any) -> None:
        """Deploy, and let the driver run until it waits for the job or is done."""
        self.stack.deploy(retraining(epochs, **changes))
        self.machine.run()

    def end(self, status: str = "Completed") -> None:
        """Let the running job end, and the driver run until there is nothing to do."""
        [name] = self.jobs.running
        self.jobs.end(name, status)
        self.events.handle(name, status)
        self.machine.run()

    @property
    def holder(self) -> str:
        """The model that holds the lock."""
        held = self.lock.holder()
        return held.model if held else ""

    def _judge(self, event: Mapping[str, str]) -> None:
        verdict = Verdict(event["evaluation"], not self.reasons, "enabled", self.reasons)
        record = self.registry.update(MODEL, lambda r: judged(r, event["generation"], verdict))
        self.machine.start(record.model, record.in_charge)
