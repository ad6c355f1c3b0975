"""Holds on custom models of other environments, and what is seen of the models that are held.

A hold is a tag on the model itself: whoever would delete it sees it there, and no environment reads another's registry.
"""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from finetuning import names
from finetuning.errors import FineTuningError
from finetuning.lifecycle import JobObservation
from finetuning.lifecycle.observation import OwnedThing
from finetuning.lifecycle.verdict import Promoted
from finetuning.promotion.checks import FoundModel
from lambdas.gateways import tagging
from lambdas.gateways.clients import client, code_of

if TYPE_CHECKING:
    from mypy_boto3_bedrock import BedrockClient


class HeldForAnotherError(FineTuningError):
    """The environment holds this model already, for another use case: taking that hold over would lose it one day."""


class HoldsGateway:
    """Custom models that other environments have made."""

    def __init__(self, bedrock: "BedrockClient | None" = None) -> None:
        self._bedrock: BedrockClient = bedrock or client("bedrock")

    def hold(self, model_arn: str, environment: str, value: str) -> None:
        """Put the environment's hold on a model; once more changes nothing.

        It is also put where it shows: what shows may have been taken off a moment ago.

        Args:
            model_arn: of the custom model.
            environment: that needs it.
            value: for whom, see `names.hold_value`.

        Raises:
            HeldForAnotherError: the hold is there with another value.
        """
        key = names.hold_tag(environment)
        held_for = tagging.tags_of(self._bedrock, model_arn).get(key, "")
        if held_for not in {"", value}:
            raise HeldForAnotherError(f"{model_arn} is held by environment {environment} for {held_for}, not {value}")
        tagging.change(self._bedrock, model_arn, {key: value}, [])

    def release(self, model_arn: str, environment: str, value: str) -> bool:
        """Take our hold off a model, and say whether it was on it.

        A model that is gone, and a hold of another use case, are left as they are.
        """
        key = names.hold_tag(environment)
        if tagging.tags_of(self._bedrock, model_arn).get(key) != value:
            return False
        tagging.change(self._bedrock, model_arn, {}, [key])
        return True

    def find(self, promoted: Promoted, environment: str, value: str) -> JobObservation:
        """A promoted model as the lifecycle sees a training: its job has completed, elsewhere and long ago.

        Its model's status is None when the model is gone.
        """
        found = self.model(promoted.model_arn, environment)
        return JobObservation(
            arn=promoted.job_arn,
            status="Completed",
            model_arn=promoted.model_arn,
            model_status=None if found is None else found.status,
            is_held=found is not None and found.held_for == value,
        )

    def held_by(self, project: str, environment: str) -> Iterator[OwnedThing]:
        """Every model that the environment holds, with the owner tag of the model that it is held for."""
        key, ours = names.hold_tag(environment), f"{project}/"
        pages = self._bedrock.get_paginator("list_custom_models").paginate(nameContains=f"{project}-")
        for model in (summary for page in pages for summary in page.get("modelSummaries", [])):
            value = tagging.tags_of(self._bedrock, model["modelArn"]).get(key, "")
            if value.startswith(ours):
                tags = {key: value, names.MODEL_TAG: value.removeprefix(ours)}
                created_at = model["creationTime"].timestamp()
                status = model.get("modelStatus", "Active")
                yield OwnedThing("hold", model["modelArn"], model["modelName"], status, created_at, tags)

    def model(self, model_arn: str, environment: str) -> FoundModel | None:
        """The custom model of this ARN with this environment's hold, or None."""
        try:
            found: Mapping[str, Any] = self._bedrock.get_custom_model(modelIdentifier=model_arn)
        except ClientError as error:
            if code_of(error) == "ResourceNotFoundException":
                return None
            raise
        tags = tagging.tags_of(self._bedrock, model_arn)
        return FoundModel(
            arn=found["modelArn"],
            job_arn=found.get("jobArn", ""),
            base_model=found.get("baseModelArn", ""),
            # Models made before the status existed have none; they are usable.
            status=found.get("modelStatus", "Active"),
            held_for=tags.get(names.hold_tag(environment), ""),
        )
