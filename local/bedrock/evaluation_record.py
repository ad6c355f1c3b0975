"""An evaluation job."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True)
class Evaluation:
    """An evaluation job.

    Attributes:
        arn: ARN; its last segment names a folder of the results.
        name: Job name.
        request: The request as it was accepted.
        status: `InProgress`, `Completed`, `Failed`, `Stopping`, `Stopped` or `Deleting`.
        created: Moment of the request.
        modified: Moment of the last change.
        failures: `failureMessages` of a failed job.
    """

    arn: str
    name: str
    request: Mapping[str, Any]
    status: str
    created: datetime
    modified: datetime
    failures: tuple[str, ...] = ()

    @property
    def datasets(self) -> list[dict[str, Any]]:
        """`datasetMetricConfigs` of the request."""
        return list(self.request["evaluationConfig"]["automated"]["datasetMetricConfigs"])

    @property
    def judge(self) -> str:
        """Identifier of the model that grades."""
        models = self.request["evaluationConfig"]["automated"]["evaluatorModelConfig"]["bedrockEvaluatorModels"]
        return str(models[0]["modelIdentifier"])

    @property
    def model(self) -> str | None:
        """Identifier of the model that is asked; None if the dataset brings the answers."""
        asked = self.request["inferenceConfig"]["models"][0].get("bedrockModel")
        return str(asked["modelIdentifier"]) if asked else None

    @property
    def source(self) -> str | None:
        """Name of the source of answers that the dataset brings."""
        brought = self.request["inferenceConfig"]["models"][0].get("precomputedInferenceSource")
        return str(brought["inferenceSourceIdentifier"]) if brought else None
