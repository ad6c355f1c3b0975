"""The steps of the demo, but for the evaluation. Each can be done again: what is there already is used as it is."""

import os
from collections.abc import Mapping, Sequence

from configuration import choice
from finetuning import catalog
from ops import asking, project, samples
from ops.asking import Comparison, Question
from ops.demo import cdk, children, embedded
from ops.demo.children import ChildFailedError
from ops.demo.failure import StepFailedError
from ops.demo.progress import Step
from ops.demo.waiting import AFRESH, LOOK, Subject, watch
from ops.demo.workplace import Workplace
from ops.project import ROOT, Environment
from ops.session import Session
from ops.status import rendering
from ops.status.report import ModelReport, State

START, BOOTSTRAP, DEPLOY, TRAIN, SERVE, ASK = "embedded AWS", "bootstrap", "deploy", "train", "serve", "ask"

AGAIN = "correct it, then run it again: it goes on where it stopped"


def start(step: Step, place: Workplace) -> None:
    """Start the embedded AWS unless it runs, and point this process and its children to it."""
    reused = "reused: "
    try:
        _run(step, START, embedded.STATUS, place, "looking whether it runs")
    except ChildFailedError as error:
        if error.exit_code != embedded.NOT_RUNNING:
            to_do = ["end it with: make down"] if error.exit_code == embedded.NOT_ANSWERING else []
            raise failed(START, error, place, [*to_do, AGAIN]) from error
        reused = ""
        _run_or_fail(step, START, embedded.START, place, "starting")
    script = _run_or_fail(step, START, embedded.ENVIRONMENT, place, "reading its settings")
    embedded.parse("\n".join(script)).apply(os.environ)
    step.show(f"{reused}{os.environ['AWS_ENDPOINT_URL']}", 1.0)


def subject() -> Subject:
    """The environment `local` and its first model, as `cdk.json` has them; AWS is the embedded one by now."""
    known = project.load()
    environment = project.choose(known, choice.LOCAL, os.environ.get("AWS_ENDPOINT_URL"))
    if not environment.models:
        raise StepFailedError(DEPLOY, ["environments.local has no models in cdk.json"], [AGAIN])
    return Subject(Session(known.name, environment), environment, next(iter(environment.models)))


def bootstrap(step: Step, place: Workplace, environment: Environment) -> None:
    """Prepare the account for the CDK in every Region of the catalog, so that the base model can be changed freely."""
    regions = dict.fromkeys([environment.region, *(region for m in catalog.base_models() for region in m.regions)])
    command = cdk.bootstrap([f"aws://{environment.account}/{region}" for region in regions])
    there = f"account {environment.account} in {' and '.join(regions)}"
    _run_or_fail(step, BOOTSTRAP, command, place, f"preparing {there} for the CDK", [AFRESH])
    step.show(there, 1.0)


def deploy(step: Step, place: Workplace) -> cdk.Deployment:
    """Deploy all stacks of the environment."""
    try:
        so_far = deploying(step, place)
    except ChildFailedError as error:
        raise failed(DEPLOY, error, place, [AGAIN, AFRESH]) from error
    changed = len(so_far.complete) - len(so_far.unchanged)
    unchanged = f", {len(so_far.unchanged)} unchanged" if so_far.unchanged else ""
    step.show(f"{changed} stacks deployed{unchanged}", 1.0)
    return so_far


def deploying(step: Step, place: Workplace, context: Mapping[str, str] | None = None) -> cdk.Deployment:
    """Deploy all stacks of the environment, with these fields of the model set for once.

    Raises:
        ChildFailedError: the deployment failed.
    """
    so_far = cdk.Deployment()
    step.show(so_far.text, 0.0)
    command = cdk.deploy(place.folder / "cdk.out", context or {})
    for line in children.run(command, folder=ROOT, log=place.log(_file(DEPLOY))):
        so_far = so_far.after(line)
        step.show(so_far.text, so_far.fraction)
    return so_far


def train(step: Step, subject: Subject) -> ModelReport:
    """Watch the customization job until it is completed."""

    def show(now: ModelReport) -> None:
        job = now.training
        if job is not None:
            done = sum(status == "Completed" for status in job.phases.values())
            step.show(f"{rendering.phases(job)}  {job.job_name}", done / len(job.phases) if job.phases else None)

    done = watch(TRAIN, subject, lambda now: bool(now.training and now.training.status == "Completed"), show)
    if done.training is not None:
        step.show(f"{done.training.job_name} completed, {len(done.training.epochs)} epochs", 1.0)
    return done


def serve(step: Step, subject: Subject) -> ModelReport:
    """Watch the endpoint until it serves the model and the pointer says so."""

    def show(now: ModelReport) -> None:
        endpoint = now.endpoint
        if endpoint is not None:
            step.show(f"{endpoint.status}: {endpoint.kind} {endpoint.name}")

    done = watch(SERVE, subject, lambda now: now.state == State.SERVING and now.settled, show)
    if done.endpoint is not None:
        step.show(f"{done.endpoint.name} is in service", 1.0)
    return done


def ask(step: Step, subject: Subject) -> Comparison:
    """Ask the base model and the tuned model the first question of the validation dataset."""
    text = samples.question(subject.environment, subject.model) or "What is Amazon Bedrock?"
    step.show(text)
    question = Question(text, samples.system_prompt(subject.environment, subject.model))
    record = subject.session.registry().read(subject.model)
    comparison = asking.compare(subject.session, record, question)
    failures = [reply.failure for reply in (comparison.base, comparison.tuned) if reply.failure]
    if failures:
        raise StepFailedError(ASK, failures, [LOOK, AFRESH])
    step.show(text, 1.0)
    return comparison


def _run(step: Step, name: str, command: Sequence[str], place: Workplace, text: str) -> list[str]:
    """Run a command that is soon done, and return what it said."""
    # Beside the project's cdk.json `cdk bootstrap` would synthesize the app.
    folder = place.folder if command[0] == "cdk" else ROOT
    lines = []
    for line in children.run(command, folder=folder, log=place.log(_file(name))):
        step.show(text)
        lines += [line] if line else []
    return lines


def _run_or_fail(
    step: Step, name: str, command: Sequence[str], place: Workplace, text: str, to_do: Sequence[str] = (AGAIN,)
) -> list[str]:
    try:
        return _run(step, name, command, place, text)
    except ChildFailedError as error:
        raise failed(name, error, place, to_do) from error


def failed(name: str, error: ChildFailedError, place: Workplace, to_do: Sequence[str]) -> StepFailedError:
    """The failure of a child as that of its step."""
    why = cdk.relevant(error.lines) or [f"it ended with {error} and said nothing"]
    return StepFailedError(name, why, to_do, place.shown(place.log(_file(name))))


def _file(name: str) -> str:
    return name.lower().replace(" ", "-")
