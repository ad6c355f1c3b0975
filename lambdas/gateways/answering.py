"""Whether an endpoint answers: one short question, asked before applications are sent there."""

from typing import TYPE_CHECKING, Any

from botocore.config import Config
from botocore.exceptions import ClientError, HTTPClientError

from finetuning import catalog, invocation
from finetuning.errors import TransientError
from finetuning.invocation import Sampling
from lambdas import log
from lambdas.gateways.asking import OF_THE_MODEL, PASSING, TOO_MUCH, invoked
from lambdas.gateways.clients import CONFIG, code_of, message_of, session

if TYPE_CHECKING:
    from mypy_boto3_bedrock_runtime import BedrockRuntimeClient

#: About nothing, so that neither it nor its answer can be somebody's data.
PROMPT = "Please reply with one short sentence."
_SAMPLING = Sampling(max_tokens=64)
#: A reason is stored in the registry and shown to people; the services' own messages are a sentence or two.
_MOST_CHARACTERS = 300
#: One slow answer says nothing about a model that has just been loaded.
_SLOW = "ModelTimeoutException"
_REFUSALS, _PASSING = OF_THE_MODEL - {_SLOW}, TOO_MUCH | PASSING | {_SLOW}


class AnsweringGateway:
    """Asks the model behind an endpoint; neither question nor answer is logged."""

    def __init__(self, runtime_client: "BedrockRuntimeClient | None" = None) -> None:
        """Keep the client; without one it is made at the first question, which few invocations of the driver ask."""
        self._client: BedrockRuntimeClient | None = runtime_client

    def refusal(self, endpoint_arn: str, base_model: str) -> str:
        """Why the model behind this endpoint does not answer with text, or "" if it does.

        A model that nobody knows how to ask is not judged: "".

        Raises:
            TransientError: it could not be asked now, or did not answer in time.
            ClientError: we may not ask, which says nothing about the model.
        """
        try:
            asked_in = catalog.find(base_model).invocation_format
        except catalog.UnknownBaseModelError as error:
            log.warning("endpoint cannot be asked", endpoint_arn=endpoint_arn, error=str(error))
            return ""
        try:
            body = invocation.request_body(asked_in, PROMPT, sampling=_SAMPLING)
            answer = invocation.read_answer(asked_in, invoked(self._runtime(), endpoint_arn, body))
        except ClientError as error:
            return _judged(error)
        except HTTPClientError as error:
            raise TransientError(f"{endpoint_arn} could not be asked: {type(error).__name__}") from error
        except invocation.UnreadableAnswerError as error:
            return str(error)[:_MOST_CHARACTERS]
        return "" if answer.text.strip() else f"its answer is empty (stop reason {answer.stop_reason})"

    def _runtime(self) -> "BedrockRuntimeClient":
        if self._client is None:
            # One retry, so that a question ends long before the function does: the state machine tries again anyway.
            few = Config(retries={"mode": "standard", "max_attempts": 2})
            any_session: Any = session()
            self._client = any_session.create_client("bedrock-runtime", config=CONFIG.merge(few))
        return self._client


def _judged(error: ClientError) -> str:
    """The refusal that an error means.

    Raises:
        TransientError: it means that another try may succeed.
        ClientError: it means nothing about the model.
    """
    code, status = code_of(error), error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    if code in _REFUSALS:
        return f"{code}: {message_of(error)}"[:_MOST_CHARACTERS]
    if code in _PASSING or status >= 500:
        raise TransientError(f"the endpoint cannot be asked now: {code}: {message_of(error)}") from error
    raise error
