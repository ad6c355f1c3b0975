"""One question to the base model and to the tuned model: answers, tokens, latency."""

import json
import time
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError
from rich.console import Group, RenderableType
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from finetuning import catalog, invocation, names
from finetuning.invocation import Answer, Sampling
from finetuning.lifecycle import ModelRecord
from lambdas.gateways.clients import code_of, message_of
from ops.errors import OperatorError
from ops.session import Session

if TYPE_CHECKING:
    from mypy_boto3_bedrock_runtime import BedrockRuntimeClient

_JSON = "application/json"


class NothingServesError(OperatorError):
    """No endpoint is published for the model."""


@dataclass(frozen=True)
class Question:
    """What is asked, and how the answers are drawn (defaults: the AWS article's, `finetuning.invocation`)."""

    text: str
    system: str | None = None
    sampling: Sampling = invocation.DEFAULT_SAMPLING


@dataclass(frozen=True)
class Reply:
    """What one model said; `answer` is None and `failure` says why if it did not."""

    who: str
    model_id: str
    answer: Answer | None
    seconds: float
    failure: str = ""


@dataclass(frozen=True)
class Comparison:
    """The same question, answered by the base model and by the tuned model."""

    question: Question
    base: Reply
    tuned: Reply

    @property
    def is_complete(self) -> bool:
        """Whether both answered."""
        return self.base.answer is not None and self.tuned.answer is not None


def compare(session: Session, record: ModelRecord, question: Question) -> Comparison:
    """Ask both models.

    Raises:
        NothingServesError: nothing is published for the model.
    """
    parameter = names.pointer_parameter(record.project, record.environment, record.model)
    endpoint_arn = session.pointer().read(parameter)
    if endpoint_arn is None:
        raise NothingServesError(_why_nothing_serves(record, parameter))
    base_model = _base_model(record)
    runtime: BedrockRuntimeClient = session.client("bedrock-runtime")
    return Comparison(
        question,
        _ask(runtime, "base", base_model.inference_id, base_model, question),
        _ask(runtime, "tuned", endpoint_arn, base_model, question),
    )


def document(comparison: Comparison) -> dict[str, Any]:
    """The JSON document of a comparison; a model that did not answer has a `failure` and no text."""
    question = comparison.question
    return {
        "question": question.text,
        "system": question.system,
        "sampling": asdict(question.sampling),
        "base": _document(comparison.base),
        "tuned": _document(comparison.tuned),
    }


def _document(reply: Reply) -> dict[str, Any]:
    answer = asdict(reply.answer) if reply.answer else {"text": None}
    return {"model_id": reply.model_id, **answer, "seconds": round(reply.seconds, 3), "failure": reply.failure}


def render(comparison: Comparison) -> RenderableType:
    """Both answers side by side, with what they cost."""
    table = Table.grid(expand=True, padding=(0, 1))
    replies = (comparison.base, comparison.tuned)
    for _ in replies:
        table.add_column(ratio=1, overflow="fold")
    table.add_row(*(_panel(reply) for reply in replies))
    return Group(Text.assemble(("question  ", "dim"), comparison.question.text), table)


def _panel(reply: Reply) -> Panel:
    if reply.answer is None:
        return Panel(Text(reply.failure, "red"), title=f"{reply.who} model", title_align="left", border_style="red")
    usage = f"{reply.answer.input_tokens} tokens in, {reply.answer.output_tokens} out, {reply.seconds:.2f} s"
    style = "green" if reply.who == "tuned" else "dim"
    return Panel(
        Text(reply.answer.text.strip()),
        title=f"{reply.who} model",
        subtitle=usage,
        title_align="left",
        subtitle_align="left",
        border_style=style,
    )


def _ask(
    runtime: "BedrockRuntimeClient", who: str, model_id: str, base_model: catalog.BaseModel, question: Question
) -> Reply:
    body = invocation.request_body(
        base_model.invocation_format, question.text, system=question.system, sampling=question.sampling
    )
    begun = time.perf_counter()
    try:
        response = runtime.invoke_model(modelId=model_id, body=json.dumps(body), contentType=_JSON, accept=_JSON)
        answer = invocation.read_answer(base_model.invocation_format, json.loads(response["body"].read()))
    except ClientError as error:
        failure = f"{code_of(error)}: {message_of(error)}"
        return Reply(who, model_id, None, time.perf_counter() - begun, failure)
    return Reply(who, model_id, answer, time.perf_counter() - begun)


def _base_model(record: ModelRecord) -> catalog.BaseModel:
    """The base model of what is in service, which may be older than what is wanted."""
    generation = record.training.maker(record.endpoint.published_model_arn) or record.training.current
    if generation is None:
        raise NothingServesError(f"model {record.model!r} is being removed; deploy it with: cdk deploy --all")
    return catalog.find(str(generation.settings["baseModelIdentifier"]))


def _why_nothing_serves(record: ModelRecord, parameter: str) -> str:
    generation = record.training.current
    if generation is None:
        return f"nothing serves model {record.model!r}: it is not deployed; deploy it with: cdk deploy --all"
    endpoint = record.endpoint.wanted
    if record.endpoint.stopped:
        return f"nothing serves model {record.model!r}: its bill was stopped; get it back with: python -m ops resume"
    if endpoint is None:
        return f"nothing serves model {record.model!r}: no endpoint is wanted (endpoint.serving is none)"
    doing = f"customization job {generation.job_name} is {generation.status or 'starting'}"
    watch = "watch it with: python -m ops status --watch"
    return f"nothing serves model {record.model!r} yet ({parameter} is empty): {doing}; {watch}"
