"""The page about the lifecycle, `docs/lifecycle.md`: every state and transition, as the code decides them.

Print it with ``python -m stacks.presentation.lifecycle_page``.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from finetuning.lifecycle import Action
from finetuning.lifecycle.outcome import is_drift
from stacks.constructs.driver_definition import definition
from stacks.presentation import stories
from stacks.presentation.situations import (
    ACTIVE,
    ANOTHER,
    AWAITING,
    ENDPOINTS,
    JOBS,
    PUBLISHED,
    REJECTED,
    SWAPPED,
    USELESS,
    WANTED,
    Situation,
    following,
)

COMMAND = "python -m stacks.presentation.lifecycle_page > docs/lifecycle.md"

_BEGINNING = f"""\
# The lifecycle of a model

<!-- Made from finetuning/lifecycle/decision.py and stacks/constructs/driver_definition.py; do not edit. Make it anew:
{COMMAND} -->

A registry record says what CloudFormation wants of a model: one customization job and one endpoint. The driver looks
at Bedrock, asks `finetuning.lifecycle.decide` for the one next action, does it, and looks again; when there is nothing
to do the record is *settled*. Everything below was drawn by asking `decide` in each situation. What is wanted is one
of: *deployed*, *stopped* (`ops stop --billing`: endpoints go, models stay) and *removed* (the stack is gone).

Not in the drawings, because they change no state: `Retag` puts changed user tags on job, model and endpoint;
`SignalStack` tells the wait condition of `-c wait=true` that the model serves, or why it will not. A job that is
superseded while it runs is stopped, a superseded model is deleted when it falls outside `keep_previous` and nothing
serves or holds it.
"""

_DIAGRAMS = (
    ("Coming up", "A first deployment, from nothing.", (Situation("deployed", "none", "none"),)),
    (
        "Another model behind the same endpoint",
        "A changed hyperparameter or dataset: the job of the new generation trains while the endpoint serves the one "
        "before.",
        (Situation("deployed", "none", ANOTHER),),
    ),
    (
        "A model that has to be approved",
        "`endpoint.approval: manual`: the model is there, and waits; with another one in service, that one stays.",
        (Situation("deployed", AWAITING, "none"), Situation("deployed", AWAITING, ANOTHER)),
    ),
    (
        "A model that must not serve",
        "It was swapped in and did not answer, or an operator rolled it back (`ops rollback`): the kept one before it "
        "comes back into the same endpoint. A first model has none before it: its throughput goes, unless it is "
        "committed. `ops resume` puts it to the test again.",
        (Situation("deployed", REJECTED, SWAPPED), Situation("deployed", REJECTED, USELESS)),
    ),
    (
        "Stopped by an operator",
        "`ops stop --billing` while it serves, and while it still trains; `ops resume` begins again under *Coming up*.",
        (Situation("stopped", ACTIVE, PUBLISHED), Situation("stopped", "InProgress", "none")),
    ),
    (
        "Going down",
        "`cdk destroy` while it serves, while it trains, and while the endpoint is being created.",
        (
            Situation("removed", ACTIVE, PUBLISHED),
            Situation("removed", "InProgress", "none"),
            Situation("removed", ACTIVE, "Creating"),
        ),
    ),
)

#: Told by letting Bedrock succeed; how its failures end is drawn above.
_STORIES = (
    (
        "A model that is judged where it serves",
        "`evaluation` and `gate` with provisioned throughput: the losses are judged before anything is bought by the "
        "hour, the answers before applications are told of it.",
        stories.judged_where_it_serves,
    ),
    (
        "A model that is judged apart",
        "The same on demand: the candidate is asked behind an endpoint of its own, which goes with the verdict, while "
        "the one before serves.",
        stories.judged_apart,
    ),
    (
        "A model of another environment",
        "A promotion by `swap`: the very model, held while it is relied on. Alarms (`endpoint.alarms`) are watched "
        "after another model went into service; one that goes off rejects it (`RejectModel`).",
        stories.promoted,
    ),
    ("Letting go of a model of another environment", "It is never deleted from here.", stories.let_go_of),
)

_MACHINE = """\
## The state machine

Each state but the waiting ones runs one step of the driver's function, which decides anew before it acts, and names the
next state. `AwaitCustomizationJob` parks on a task token that the job-state event returns; its timeout is a poll.
"""


def page() -> str:
    """Return the page as Markdown."""
    parts = [_BEGINNING]
    for title, text, beginnings in _DIAGRAMS:
        parts += [f"## {title}\n", f"{text}\n", *_mermaid(_transitions(beginnings)), ""]
    for title, text, story in _STORIES:
        parts += [f"## {title}\n", f"{text}\n", *_mermaid(story()), ""]
    parts += ["## What is done when\n", *_table("job", ((job, "none") for job in JOBS)), ""]
    parts += [*_table("endpoint", ((ACTIVE, endpoint) for endpoint in ENDPOINTS)), ""]
    parts += [_MACHINE, *_machine(definition())]
    return "\n".join(parts) + "\n"


def _transitions(beginnings: Iterable[Situation]) -> list[tuple[str, str, str]]:
    """From, label, to; "[*]" is where it begins and where it is settled."""
    edges: dict[tuple[str, str, str], None] = {}
    known: set[Situation] = set()
    ahead = list(beginnings)
    edges |= {("[*]", "", _name(here)): None for here in ahead}
    while ahead:
        here = ahead.pop(0)
        if here in known:
            continue
        known.add(here)
        onwards = list(following(here))
        edges |= {(_name(here), label, _name(there)): None for label, there in onwards}
        if not onwards:
            edges[_name(here), _told(here), "[*]"] = None
        ahead += [there for _, there in onwards]
    return list(edges)


def _name(situation: Situation) -> str:
    return f"job: {situation.job} · endpoint: {situation.endpoint}"


def _mermaid(edges: list[tuple[str, str, str]]) -> Iterator[str]:
    names = dict.fromkeys(name for before, _, after in edges for name in (before, after) if name != "[*]")
    ids = {name: f"s{number}" for number, name in enumerate(names, 1)} | {"[*]": "[*]"}
    yield "```mermaid"
    yield "stateDiagram-v2"
    for name in names:
        yield f'    state "{name}" as {ids[name]}'
    for before, label, after in edges:
        yield f"    {ids[before]} --> {ids[after]}" + (f": {label}" if label else "")
    yield "```"


def _table(what: str, situations: Iterable[tuple[str, str]]) -> Iterator[str]:
    """What is done, by what is wanted; the other of the two is not there (endpoint) or well (job)."""
    other = "there is no endpoint" if what == "job" else f"the job is {ACTIVE}"
    yield f"| {what} (while {other}) | " + " | ".join(WANTED) + " |"
    yield "|---|" + "---|" * len(WANTED)
    for job, endpoint in situations:
        cells = (_told(Situation(wanted, job, endpoint)) for wanted in WANTED)
        yield f"| {job if what == 'job' else endpoint} | " + " | ".join(cells) + " |"


def _told(situation: Situation) -> str:
    """What is done in a situation, in a cell or on an edge."""
    decision = situation.decision()
    if decision.action == Action.SETTLED and situation.job == AWAITING and situation.wanted == "deployed":
        return "Settled, tells approval"
    if decision.action == Action.SETTLED and decision.reason:
        return f"Settled, tells {'drifted' if is_drift(decision.reason) else 'failed'}"
    if decision.wait_seconds:
        return f"{decision.action} ({decision.wait_seconds} s)"
    return str(decision.action)


def _machine(machine: Mapping[str, Any]) -> Iterator[str]:
    edges = [("[*]", "", machine["StartAt"])]
    for name, state in machine["States"].items():
        for choice in state.get("Choices", ()):
            edges.append((name, choice["StringEquals"], choice["Next"]))
        for key in ("Next", "Default"):
            if key in state:
                edges.append((name, "", state[key]))
        for catch in state.get("Catch", ()):
            edges.append((name, " or ".join(catch["ErrorEquals"]), catch["Next"]))
        if state["Type"] in {"Succeed", "Fail"}:
            edges.append((name, "", "[*]"))
    yield "```mermaid"
    yield "stateDiagram-v2"
    for before, label, after in dict.fromkeys(edges):
        yield f"    {before} --> {after}" + (f": {label}" if label and label != after else "")
    yield "```"


if __name__ == "__main__":
    print(page(), end="")
