"""Who answers to a `modelId`: a base model, or the custom model behind an endpoint. What they say is computed here."""

import json
import zlib
from dataclasses import dataclass

from finetuning.base_model import BaseModel
from local.bedrock import base_models, encryption, judging, models
from local.bedrock.learner import TunedModel
from local.bedrock.learner.text import count_tokens, first_tokens
from local.bedrock.protocol import Call, Fault
from local.bedrock.protocol.faults import not_found, validation
from local.bedrock.records import CustomModel, Deployment, Throughput
from local.bedrock.site import Site

_BASE_ANSWER = (
    "This stand-in knows nothing but what it was fine-tuned on, and nothing has been. The real base model would answer "
    "from its general knowledge."
)
_UNFAMILIAR = "I do not know: the data I was fine-tuned on says nothing about this."
#: Tokens up to which an answer is taken for a label that a program reads.
_LABEL_TOKENS = 3
#: Invented milliseconds: until the first token, varied with the prompt, and for each token.
_FIRST_TOKEN_MS, _VARIATION_MS, _TOKEN_MS = 120, 160, 12


@dataclass(frozen=True)
class Conversation:
    """What was asked, whatever the body's format.

    Attributes:
        texts: All texts of the request, for counting.
        prompt: Text of the last user message.
        max_tokens: Most tokens the answer may have; None for no limit.
        earlier: Texts of the messages before the last user message.
    """

    texts: tuple[str, ...]
    prompt: str
    max_tokens: int | None
    earlier: tuple[str, ...] = ()

    @property
    def readings(self) -> tuple[str, ...]:
        """What a tuned model may have learned this as: the last message alone, or all of the conversation."""
        return (self.prompt, "\n".join((*self.earlier, self.prompt))) if self.earlier else (self.prompt,)


@dataclass(frozen=True)
class Answer:
    """An answer, whatever the body's format.

    Attributes:
        text: It.
        input_tokens: Tokens of the request.
        output_tokens: Tokens of the answer.
        stop_reason: `end_turn` or `max_tokens`.
        latency_ms: Invented milliseconds: the same for the same conversation.
    """

    text: str
    input_tokens: int
    output_tokens: int
    stop_reason: str
    latency_ms: int


@dataclass(frozen=True)
class Speaker:
    """A model that answers.

    Attributes:
        base_model: Its base model, which decides the body's format.
        tuned: What it learned; None for a base model.
    """

    base_model: BaseModel
    tuned: TunedModel | None

    def answer(self, conversation: Conversation) -> Answer:
        """Answer the last user message.

        An answer in prose begins by saying that a stand-in gives it, in words that are not counted as tokens. JSON and
        labels come without: programs read them.
        """
        text = self._say(conversation)
        spoken = text if conversation.max_tokens is None else first_tokens(text, conversation.max_tokens)
        output_tokens = count_tokens(spoken)
        varied = zlib.crc32("\n".join(conversation.texts).encode()) % _VARIATION_MS
        return Answer(
            text=spoken if _is_read_by_programs(text) else f"[stand-in for {self.name}] {spoken}",
            input_tokens=sum(map(count_tokens, conversation.texts)),
            output_tokens=output_tokens,
            stop_reason="end_turn" if spoken == text else "max_tokens",
            latency_ms=_FIRST_TOKEN_MS + varied + output_tokens * _TOKEN_MS,
        )

    @property
    def name(self) -> str:
        """What it is a stand-in for."""
        return f"{self.base_model.name}{', tuned' if self.tuned else ''}"

    def _say(self, conversation: Conversation) -> str:
        if self.tuned is not None:
            return self.tuned.answer(*conversation.readings) or _UNFAMILIAR
        return judging.grade(conversation.texts) if judging.wants_grade(conversation.texts) else _BASE_ANSWER


def _is_read_by_programs(text: str) -> bool:
    if count_tokens(text) <= _LABEL_TOKENS:
        return True
    try:
        return isinstance(json.loads(text), dict | list)
    except ValueError:
        return False


def resolve(site: Site, call: Call, action: str) -> Speaker:
    """The model behind the request's `modelId`, if the caller may invoke it.

    Raises:
        Fault: An error that InvokeModel declares.
    """
    model_id: str = call.parameters["modelId"]
    kind = model_id.split(":", 5)[-1].split("/")[0] if model_id.startswith("arn:") else "foundation-model"
    if kind == "provisioned-model":
        return _endpoint(site, call, action, site.store.throughputs.get(model_id))
    if kind == "custom-model-deployment":
        return _endpoint(site, call, action, site.store.deployments.get(model_id))
    behind = base_models.behind_profile(model_id)
    if behind is not None and kind in ("inference-profile", "foundation-model"):
        return _through_profile(site, call, action, behind)
    return _foundation_model(site, call, action, model_id)


def _foundation_model(site: Site, call: Call, action: str, model_id: str) -> Speaker:
    short = model_id.split(":foundation-model/")[-1]
    site.authorize(call, [model_id if model_id.startswith("arn:") else site.foundation_arn(short)], action=action)
    known = base_models.find(model_id)
    if known is None:
        raise validation("The provided model identifier is invalid.")
    base_models.require_alive(site, known)
    if short != known.inference_id:
        # The real service's text, its apostrophe made plain.
        raise validation(
            f"Invocation of model ID {short} with on-demand throughput isn't supported. Retry your request with the ID "
            f"or ARN of an inference profile that contains this model."
        )
    return Speaker(known, None)


def _through_profile(site: Site, call: Call, action: str, model_id: str) -> Speaker:
    """A base model through a cross-Region inference profile; the caller needs the profile and the model behind it.

    Source: Bedrock User Guide, "Prerequisites for inference profiles"; the model is checked in this Region only.
    """
    given = call.parameters["modelId"]
    arn = given if given.startswith("arn:") else site.arn(f"inference-profile/{given}")
    keys = {"bedrock:InferenceProfileArn": arn}
    site.neighbours.authorize(call.headers, action, arn, {})
    site.neighbours.authorize(call.headers, action, site.foundation_arn(model_id), keys)
    known = base_models.require_known(model_id)
    base_models.require_alive(site, known)
    if model_id != known.inference_id:
        raise validation("The provided model identifier is invalid.")
    return Speaker(known, None)


def _endpoint(site: Site, call: Call, action: str, endpoint: Throughput | Deployment | None) -> Speaker:
    model_id = call.parameters["modelId"]
    site.authorize(call, [model_id], action=action)
    if endpoint is None:
        raise not_found(f"Could not find the endpoint {model_id}.")
    if endpoint.status == "Creating":
        raise Fault("ModelNotReadyException", "The model is not ready for inference. Wait and try your request again.")
    known = base_models.find(endpoint.model_arn)
    if known is not None:
        base_models.require_alive(site, known)
        return Speaker(known, None)
    model = models.require(site, endpoint.model_arn)
    return _custom_model(site, call, model)


def _custom_model(site: Site, call: Call, model: CustomModel) -> Speaker:
    base_model = base_models.require_known(model.base_model)
    base_models.require_alive(site, base_model)
    encryption.require_decryption(site, call, model.job.key_arn)
    return Speaker(base_model, model.tuned)
