"""What the demo has to show for itself: gathered at its end, printed for people, and as a document for `make bench`."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from rich.console import Group, RenderableType
from rich.rule import Rule
from rich.table import Table
from rich.text import Text

from finetuning.run_report import RunReport
from ops import asking
from ops.asking import Comparison
from ops.demo import judged
from ops.demo.waiting import Subject
from ops.status import losses, rendering
from ops.status.report import ModelReport

if TYPE_CHECKING:
    from mypy_boto3_cloudformation import CloudFormationClient

HEADER = (
    "The main job, on this machine only: AWS is an embedded stand-in on loopback, the models are small stand-ins "
    "that learn from your data. The stacks, the CDK CLI and the code that runs are the real ones."
)
_MARGIN = 2

#: What to try next, and why.
NEXT = (
    (". .local/environment.sh", "point this shell to the embedded AWS"),
    ("python -m ops status --watch", "what trains, what serves, what it costs"),
    ('python -m ops ask "Which foundation models are available?"', "base and tuned model side by side"),
    ("cdk deploy --all", "changes nothing and starts no job"),
    ("cdk deploy --all -c training.hyperparameters.epochCount=3", "one new job, swapped in place"),
    ("python -m ops report --open", "that page, with the verdict and why, in a browser"),
    ("python -m ops logs", "what the functions and the driver did"),
    ("cdk destroy --all", "takes everything away; then python -m ops leftovers finds nothing"),
    ("make down", "stops the embedded AWS"),
)


@dataclass(frozen=True)
class StackSummary:
    """A deployed stack: how many resources, and how many of each AWS service."""

    name: str
    resources: int
    services: Mapping[str, int]


@dataclass(frozen=True)
class Summary:
    """Everything that is shown at the end; `seconds` by step, in order; `page` is where the report is."""

    stacks: tuple[StackSummary, ...]
    unchanged_stacks: tuple[str, ...]
    model: ModelReport
    comparison: Comparison
    seconds: Mapping[str, float]
    report: RunReport
    page: str


def stacks_of(subject: Subject) -> tuple[StackSummary, ...]:
    """The stacks of the environment, as CloudFormation has them."""
    cloudformation: CloudFormationClient = subject.session.client("cloudformation")
    found = []
    for short in ("Foundation", "Control", *(f"Model-{model}" for model in subject.environment.models)):
        name = subject.session.stack_name(short)
        pages = cloudformation.get_paginator("list_stack_resources").paginate(StackName=name)
        types = [resource["ResourceType"] for page in pages for resource in page["StackResourceSummaries"]]
        found.append(summarize(name, types))
    return tuple(found)


def summarize(name: str, types: list[str]) -> StackSummary:
    """A stack from the types of its resources: `AWS::S3::Bucket` counts for S3, `Custom::…` for custom resources."""
    services = Counter(kind.split("::")[1] if kind.startswith("AWS::") else "custom" for kind in types)
    return StackSummary(name, len(types), dict(services.most_common()))


def document(summary: Summary) -> dict[str, Any]:
    """The JSON document: `seconds` by step, and what was deployed, trained and answered."""
    return {
        "seconds": {step: round(seconds, 3) for step, seconds in summary.seconds.items()},
        "summary": {
            "stacks": [asdict(stack) for stack in summary.stacks],
            "unchanged_stacks": list(summary.unchanged_stacks),
            "model": asdict(summary.model),
            "comparison": asking.document(summary.comparison),
            "report": asdict(summary.report),
            "page": summary.page,
        },
    }


def render(summary: Summary, width: int) -> RenderableType:
    """The summary for people, at most `width` columns wide."""
    return Group(*_parts(summary, width))


def _parts(summary: Summary, width: int) -> Iterator[RenderableType]:
    yield Rule("deployed", align="left", style="dim")
    yield _stacks(summary)
    training, endpoint = summary.model.training, summary.model.endpoint
    if training and training.epochs:
        yield Rule("trained", align="left", style="dim")
        yield Text(f"{training.job_name} on {training.base_model}")
        yield losses.plot(training.epochs, width=min(width, 80) - _MARGIN)
        yield rendering.losses(training)
    yield Rule("evaluated" if summary.report.evaluation else "reported", align="left", style="dim")
    yield judged.render(summary.report, summary.page)
    yield Rule("in service", align="left", style="dim")
    if endpoint:
        yield Text(f"{endpoint.kind} {endpoint.name}, serving {endpoint.serving_model}")
        yield Text(endpoint.arn, "bold", overflow="fold")  # alone on its line, so that it can be copied
    yield Text(f"applications find it in the SSM parameter {summary.model.pointer_parameter}")
    yield Rule("asked", align="left", style="dim")
    yield asking.render(summary.comparison)
    yield Rule("seconds", align="left", style="dim")
    yield _seconds(summary.seconds)
    yield Rule("what to try next", align="left", style="dim")
    yield _next()


def _stacks(summary: Summary) -> RenderableType:
    table = Table.grid(padding=(0, 2))
    for stack in summary.stacks:
        services = ", ".join(f"{service} {count}" for service, count in stack.services.items())
        state = "unchanged" if stack.name in summary.unchanged_stacks else "deployed"
        table.add_row(
            stack.name, f"{stack.resources} resources", state, Text(services, "dim", no_wrap=True, overflow="ellipsis")
        )
    return table


def _seconds(seconds: Mapping[str, float]) -> RenderableType:
    parts = [f"{step} {value:.1f}" for step, value in seconds.items()]
    return Text(f"{' · '.join(parts)} · together {sum(seconds.values()):.1f}")


def _next() -> RenderableType:
    lines = (Text.assemble((f"# {why}\n", "dim"), (command, "bold")) for command, why in NEXT)
    return Text("\n").join(lines)
