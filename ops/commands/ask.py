"""`ask`: one question to the base model and the tuned model, side by side."""

from typing import Annotated

import typer

from finetuning.invocation import DEFAULT_SAMPLING, Sampling
from ops import console, project, samples
from ops.asking import Question, compare, document, render
from ops.errors import WRONG, UsageError
from ops.options import EnvironmentOption, JsonOption, ModelOption
from ops.session import open_session

_UNKNOWN_PROMPT = (
    "asked without a system prompt: the dataset with which {model} was trained (in {environment}, as cdk.json has it) "
    "is no file of this repository; if it was trained with one, give it with --system"
)


def ask(
    question: Annotated[str, typer.Argument(help="what to ask")],
    env: EnvironmentOption = None,
    model: ModelOption = None,
    system: Annotated[str | None, typer.Option("--system", help="system prompt; the dataset's without it")] = None,
    max_tokens: Annotated[
        int, typer.Option("--max-tokens", min=1, help="most tokens of an answer")
    ] = DEFAULT_SAMPLING.max_tokens,
    as_json: JsonOption = False,
) -> None:
    """Ask the base model and the tuned model the same question."""
    if not question.strip():
        raise UsageError('the question is empty; ask something, such as: python -m ops ask "What is Amazon Bedrock?"')
    session = open_session(env)
    registry = session.registry()
    chosen = project.choose_model(session.environment, model)
    origin = samples.trained_in(project.load().environments, session.environment, chosen)
    prompt = system if system is not None else samples.system_prompt(origin, chosen)
    asked = Question(question, prompt, Sampling(max_tokens=max_tokens))
    comparison = compare(session, registry.read(chosen), asked)
    if as_json:
        console.print_json(document(comparison))
    else:
        console.stdout().print(render(comparison))
    if system is None and not samples.is_prompt_known(origin, chosen):
        console.stderr().print(_UNKNOWN_PROMPT.format(model=chosen, environment=origin.name), soft_wrap=True)
    if not comparison.is_complete:
        raise typer.Exit(WRONG)
