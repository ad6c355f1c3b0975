"""bedrock-runtime: one question to one model, how long its answer took, and what an error says about the model."""

import json
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from botocore.config import Config
from botocore.exceptions import ClientError, HTTPClientError, ReadTimeoutError

from finetuning import invocation
from finetuning.base_model import InvocationFormat
from finetuning.errors import FineTuningError, TransientError
from finetuning.invocation import Answer, Sampling, Turn
from lambdas.gateways.clients import CONFIG, code_of, message_of, session

if TYPE_CHECKING:
    from mypy_boto3_bedrock_runtime import BedrockRuntimeClient

#: What the model itself is at fault for. Source: Bedrock API reference, InvokeModel and Converse, Errors.
OF_THE_MODEL = frozenset({"ModelErrorException", "ModelTimeoutException", "ValidationException"})
#: What passes: the account asks too much at once, or the model is being loaded.
TOO_MUCH = frozenset({"ModelNotReadyException", "ServiceQuotaExceededException", "ThrottlingException"})
#: What may pass. A new endpoint may be unknown to the runtime for a while.
PASSING = frozenset({"InternalServerException", "ResourceNotFoundException", "ServiceUnavailableException"})
#: Each try is timed, so the client tries once; whoever asks tries again. An answer of 8,192 tokens takes minutes.
ANSWER_SECONDS = 300
_ONCE = Config(retries={"mode": "standard", "total_max_attempts": 1}, read_timeout=ANSWER_SECONDS)
_JSON = "application/json"
#: A failure is kept beside the answers and shown; the services' own messages are a sentence or two.
_MOST_CHARACTERS = 300


class UnansweredError(FineTuningError):
    """The model does not answer this question; asked again, it would not either."""


class TooManyRequestsError(TransientError):
    """More was asked than the account or the endpoint takes at once."""


@dataclass(frozen=True)
class Question:
    """Whom to ask what.

    Attributes:
        model_id: of a base model, an inference profile or an endpoint.
        invocation_format: of the body; None to ask by Converse, which every model of a conversation understands.
        turns: of the conversation; the last is the user's.
        system: the system prompt, or None.
        sampling: how the answer is drawn.
    """

    model_id: str
    invocation_format: InvocationFormat | None
    turns: Sequence[Turn]
    system: str | None
    sampling: Sampling


class AskingGateway:
    """Asks models; neither question nor answer is logged."""

    def __init__(
        self,
        runtime_client: "BedrockRuntimeClient | None" = None,
        *,
        clock: Callable[[], float] = time.perf_counter,
    ) -> None:
        """Keep the client, which is else made at the first question; the clock gives seconds."""
        self._client, self._clock = runtime_client, clock

    def ask(self, question: Question) -> tuple[Answer, float]:
        """The answer, and the milliseconds that it took.

        Raises:
            UnansweredError: the model refuses, fails at it or takes too long.
            TooManyRequestsError: it was asked too much at once.
            TransientError: it could not be asked now.
            ClientError: we may not ask.
        """
        begun = self._clock()
        try:
            answer = self._answer(question)
        except ClientError as error:
            raise judged(error, question.model_id) from error
        except ReadTimeoutError as error:
            raise UnansweredError(f"no answer within {ANSWER_SECONDS} s") from error
        except HTTPClientError as error:
            raise TransientError(f"{question.model_id} could not be asked: {type(error).__name__}") from error
        except invocation.UnreadableAnswerError as error:
            raise UnansweredError(str(error)[:_MOST_CHARACTERS]) from error
        return answer, (self._clock() - begun) * 1000

    def _runtime(self) -> "BedrockRuntimeClient":
        if self._client is None:
            any_session: Any = session()
            self._client = any_session.create_client("bedrock-runtime", config=CONFIG.merge(_ONCE))
        return self._client

    def _answer(self, question: Question) -> Answer:
        if question.invocation_format is None:
            return self._converse(question)
        body = invocation.conversation_body(
            question.invocation_format, question.turns, system=question.system, sampling=question.sampling
        )
        return invocation.read_answer(question.invocation_format, invoked(self._runtime(), question.model_id, body))

    def _converse(self, question: Question) -> Answer:
        request: dict[str, Any] = {
            "modelId": question.model_id,
            "messages": [{"role": role, "content": [{"text": text}]} for role, text in question.turns],
            "inferenceConfig": {
                "maxTokens": question.sampling.max_tokens,
                "temperature": question.sampling.temperature,
            },
        }
        if question.system:
            request["system"] = [{"text": question.system}]
        found = self._runtime().converse(**request)
        blocks = found["output"].get("message", {}).get("content", [])
        return Answer(
            text="".join(block["text"] for block in blocks if "text" in block),
            input_tokens=found["usage"]["inputTokens"],
            output_tokens=found["usage"]["outputTokens"],
            stop_reason=found["stopReason"],
        )


def invoked(client: "BedrockRuntimeClient", model_id: str, body: dict[str, Any]) -> dict[str, Any]:
    """The body of InvokeModel's response.

    Raises:
        UnreadableAnswerError: it is no JSON object.
    """
    response = client.invoke_model(modelId=model_id, body=json.dumps(body), contentType=_JSON, accept=_JSON)
    received = response["body"].read()
    try:
        document = json.loads(received)
    except ValueError as error:
        raise invocation.UnreadableAnswerError(f"response body of {len(received)} bytes is no JSON") from error
    if not isinstance(document, dict):
        raise invocation.UnreadableAnswerError(f"response body is a JSON {type(document).__name__}, not an object")
    return document


def judged(error: ClientError, model_id: str) -> Exception:
    """The error of ours that one of the runtime's means; the same if it says nothing about the model."""
    code, status = code_of(error), error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    said = f"{code}: {message_of(error)}"[:_MOST_CHARACTERS]
    if code in OF_THE_MODEL:
        return UnansweredError(said)
    if code in TOO_MUCH or status == 429:
        return TooManyRequestsError(f"{model_id} is asked too much at once: {said}")
    if code in PASSING or status >= 500:
        return TransientError(f"{model_id} cannot be asked now: {said}")
    return error
