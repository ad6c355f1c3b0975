"""A wanted job that is bought at the gateway, while other things happen."""

from collections.abc import Mapping
from typing import Any

from finetuning.lifecycle.claims import Claim
from finetuning.lifecycle.requests import tag_list
from finetuning.lifecycle.training import TrainingWanted, release_training, want_training
from finetuning.names import owner_tags
from lambdas.purchases import start_or_adopt
from lambdas.registry import Registry
from tests.fakes.bedrock import FakeJobs
from tests.fakes.clock import FakeClock
from tests.fakes.table import FakeTable

CLAIM = Claim("stack", "Job", "Job-1")
WANTED = TrainingWanted("ab" * 32, {"baseModelIdentifier": "base"}, {}, keep_previous=1)
NAME = "finetuning-dev-faq-ababababab-{}"


class Purchase:
    """A wanted job that has not been bought."""

    def __init__(self) -> None:
        self.clock, self.table = FakeClock(), FakeTable()
        self.jobs = FakeJobs(self.clock)
        self.registry = Registry("finetuning", "dev", self.table)
        self.registry.update("faq", lambda record: want_training(record, CLAIM, WANTED))

    def start(self) -> str:
        """Buy it; return the name of the job that is wanted by then."""
        record = start_or_adopt(self.registry, self.jobs, "faq", "output", self.clock.epoch)
        return record.training.current.job_name if record.training.current else ""

    def earlier_life(self, attempt: int, status: str, *, ours: bool = True) -> str:
        """A job of this attempt's name that the registry knows nothing of; return its ARN."""
        name = NAME.format(attempt)
        tags = tag_list(owner_tags("finetuning", "dev", "faq", f"ababababab-{attempt}") if ours else {})
        request: Mapping[str, Any] = {
            "jobName": name,
            "customModelName": name,
            "earlier": "life",
            "jobTags": tags,
            "customModelTags": tags,
        }
        arn = self.jobs.create(request)
        if status != "InProgress":
            self.jobs.end(name, status)
        return arn


def remove(purchase: Purchase) -> None:
    purchase.registry.update("faq", lambda record: release_training(record, CLAIM))
