"""The SNS topic: remembers every notice."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.simulation.aws.client import Operation, Parameters
from tests.simulation.aws.errors import refusal
from tests.simulation.kernel import World


@dataclass(frozen=True)
class Notice:
    """What people were told; `at` in seconds since the world's beginning."""

    at: float
    subject: str
    text: str


@dataclass
class Topic:
    """The topic of an environment."""

    world: World
    notices: list[Notice] = field(default_factory=list)

    def operations(self) -> Mapping[str, Operation]:
        """What a client can do."""
        return {"publish": self._publish}

    def _publish(self, parameters: Parameters) -> Mapping[str, Any]:
        """Source of the limits: SNS API reference, Publish, `Subject` and `Message`."""
        subject, text = parameters["Subject"], parameters["Message"]
        if not subject.isascii() or not subject.isprintable() or not 1 <= len(subject) <= 100 or subject[0] == " ":
            raise refusal("InvalidParameter", "Invalid parameter: Subject")
        if not text or len(text.encode()) > 262_144:
            raise refusal("InvalidParameter", "Invalid parameter: Message")
        self.notices.append(Notice(self.world.now, subject, text))
        return {"MessageId": str(len(self.notices))}
