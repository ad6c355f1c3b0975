"""bedrock-runtime: endpoints answer, or what serves there does not."""

import io
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from finetuning import catalog
from tests.simulation.aws.client import Operation, Parameters
from tests.simulation.aws.errors import denied, not_found, refusal
from tests.simulation.aws.site import Caller, Site
from tests.simulation.aws.things import Endpoint, Model
from tests.simulation.aws.variants import VALIDATION
from tests.simulation.requests import CANARY

MODEL_ERROR, INVALID, EMPTY, UNREADABLE = "model error", "invalid", "empty", "unreadable"
FLAWS = (MODEL_ERROR, INVALID, EMPTY, UNREADABLE)
"""Ways in which a custom model fails to answer."""
GONE = "gone"
"""Another one: somebody deleted it, and whether the endpoint goes on without is not documented."""


@dataclass(frozen=True)
class Asked:
    """A question that reached a model."""

    at: float
    endpoint_arn: str
    model_arn: str
    flaw: str


class Runtime:
    """Answers in the name of the endpoints.

    Attributes:
        asked: every question that reached a model, in order.
    """

    def __init__(self, site: Site) -> None:
        self._site = site
        self.asked: list[Asked] = []

    def operations(self, caller: Caller) -> Mapping[str, Operation]:
        """The operations with the rights of this caller."""
        return {"invoke_model": lambda parameters: self._invoke(caller, parameters)}

    def _invoke(self, caller: Caller, parameters: Parameters) -> Mapping[str, Any]:
        """The model that serves at this moment answers, whatever an update under way will bring."""
        endpoint = self._endpoint(caller, parameters["modelId"])
        model = self._site.models.truth.get(endpoint.model_arn)
        flaw = model.flaw if model is not None else GONE
        self.asked.append(Asked(self._site.world.now, endpoint.arn, endpoint.model_arn, flaw))
        if model is None:
            raise refusal("ModelErrorException", "The model behind the endpoint is gone.")
        if model.flaw == MODEL_ERROR:
            raise refusal("ModelErrorException", "The request failed due to an error while processing the model.")
        if model.flaw == INVALID:
            raise refusal(VALIDATION, "The model returned the following errors: it cannot be asked.")
        body = json.dumps(_body(model)).encode()
        return {"body": io.BytesIO(body), "contentType": "application/json"}

    def _endpoint(self, caller: Caller, arn: str) -> Endpoint:
        """The endpoint, if this caller may ask it and it can be asked.

        Raises:
            ClientError: `AccessDeniedException`, `ResourceNotFoundException` or `ModelNotReadyException`.
        """
        site = self._site
        shown = site.throughputs.read(arn) or site.deployments.read(arn)
        if shown is None:
            raise denied("bedrock:InvokeModel", arn) if site.variants.gone_is_denied else not_found(arn)
        if not caller.owns(shown.tags):
            raise denied("bedrock:InvokeModel", arn)
        endpoint = site.throughputs.truth.get(arn) or site.deployments.truth.get(arn)
        if endpoint is None:
            raise not_found(arn)
        if endpoint.status in {"Creating", "Failed"}:
            raise refusal("ModelNotReadyException", "The model is not ready for inference.")
        return endpoint


def _body(model: Model) -> Mapping[str, Any]:
    """An answer in the format of the base model; what it says is nobody's business."""
    if model.flaw == UNREADABLE:
        return {"said": CANARY}
    said = "" if model.flaw == EMPTY else CANARY
    if catalog.find(model.base_model).invocation_format == "anthropic-messages":
        usage = {"input_tokens": 8, "output_tokens": 1}
        return {"content": [{"type": "text", "text": said}], "usage": usage, "stop_reason": "end_turn"}
    message = {"role": "assistant", "content": [{"text": said}]}
    usage = {"inputTokens": 8, "outputTokens": 1, "totalTokens": 9}
    return {"output": {"message": message}, "usage": usage, "stopReason": "end_turn"}
