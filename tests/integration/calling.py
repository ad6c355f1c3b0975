"""An application that calls a model all the time, as the README tells it to: under the ARN that the pointer says."""

import json
import threading

from finetuning import catalog, invocation
from tests.integration.embedded import Embedded

#: Seconds between two calls.
PAUSE = 0.1


class Caller:
    """Asks one question for ever, and remembers what it was told.

    Attributes:
        answers: the texts, in order.
        errors: of the calls that failed.
    """

    def __init__(self, embedded: Embedded, model: str, base_model: str, question: str) -> None:
        self.answers: list[str] = []
        self.errors: list[str] = []
        self._format = catalog.find(base_model).invocation_format
        self._body = json.dumps(invocation.request_body(self._format, question))
        self._runtime, self._ssm = embedded.client("bedrock-runtime"), embedded.client("ssm")
        self._parameter = f"/finetuning/local/{model}/endpoint"
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._call_on)

    def __enter__(self) -> "Caller":
        self._thread.start()
        return self

    def __exit__(self, *exception: object) -> None:
        self._stop.set()
        self._thread.join()

    @property
    def texts(self) -> list[str]:
        """The answers, each as often as it followed another one."""
        given = list(self.answers)
        return [text for before, text in zip([None, *given], given, strict=False) if text != before]

    def _call_on(self) -> None:
        while not self._stop.wait(PAUSE):
            try:
                self.answers.append(self._call())
            except Exception as error:
                self.errors.append(f"{type(error).__name__}: {error}")

    def _call(self) -> str:
        arn = self._ssm.get_parameter(Name=self._parameter)["Parameter"]["Value"]
        answer = self._runtime.invoke_model(modelId=arn, body=self._body)
        return invocation.read_answer(self._format, json.loads(answer["body"].read())).text
