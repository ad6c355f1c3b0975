"""Stories of one model, told by asking `decide` again and again, with a branch for each word of the quality gate."""

from collections.abc import Callable, Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass

from finetuning.lifecycle import Action, Decision, ModelRecord, Observed, TrainingGeneration, decide
from finetuning.lifecycle.candidate import is_curve_awaited, is_verdict_awaited
from finetuning.lifecycle.deployment import deployed
from finetuning.lifecycle.endpoint import EndpointWanted
from finetuning.lifecycle.endpoint_slot import EVALUATION
from finetuning.lifecycle.evaluating import begun, curve_judged, judged
from finetuning.lifecycle.obedient_bedrock import ObedientBedrock
from finetuning.lifecycle.superseding import is_lent
from finetuning.lifecycle.training import TrainingWanted
from finetuning.lifecycle.verdict import EvaluationWanted, Promoted, Verdict

_NOW, _SECONDS = 1_000_000.0, 6 * 3600
_SETTINGS = {"evaluation": {"preset": "knowledge"}}
#: How the gate's words are told on the page.
_OUTCOMES = {Action.JUDGE_TRAINING: "the losses", Action.EVALUATE: "the answers"}


@dataclass(frozen=True)
class Chapter:
    """Where a story is: what the model and its endpoints are, in words."""

    bedrock: ObedientBedrock
    name: str


Edge = tuple[str, str, str]


def judged_where_it_serves() -> list[Edge]:
    """A first model on provisioned throughput, which is judged before applications are told of it."""
    return _told(_first("provisioned", own_endpoint=False))


def judged_apart() -> list[Edge]:
    """Another model on demand, which is judged while the one before serves."""
    bedrock = _first("on_demand", own_endpoint=True)
    _live(bedrock)
    wanted = _training("b", own_endpoint=True)
    bedrock.record = deployed(bedrock.record, wanted, _endpoint("on_demand"))
    return _told(bedrock)


def promoted() -> list[Edge]:
    """A model that another environment trained and judged comes into service."""
    return _told(_lent())


def let_go_of() -> list[Edge]:
    """Such a model goes; its own environment keeps it."""
    bedrock = _lent()
    _live(bedrock)
    bedrock.record = deployed(bedrock.record, None, None)
    return _told(bedrock)


def _lent() -> ObedientBedrock:
    settings = {"baseModelIdentifier": "base"}
    lent = Promoted("swap", "model", "job", "theirs", "manifest", "a person")
    wanted = TrainingWanted("c" * 64, settings, {}, 1, promoted=lent)
    return ObedientBedrock(deployed(_blank(), wanted, _endpoint("on_demand")), Observed({}, {}, _NOW))


def _blank() -> ModelRecord:
    return ModelRecord("project", "dev", "faq")


def _training(letter: str, *, own_endpoint: bool) -> TrainingWanted:
    evaluation = EvaluationWanted(letter, "enabled", _SETTINGS, _SECONDS, own_endpoint)
    return TrainingWanted(letter * 64, {}, {}, 1, evaluation=evaluation)


def _endpoint(serving: str) -> EndpointWanted:
    return EndpointWanted("e" * 64, serving, 1 if serving == "provisioned" else 0, "none", {})


def _first(serving: str, *, own_endpoint: bool) -> ObedientBedrock:
    record = deployed(_blank(), _training("a", own_endpoint=own_endpoint), _endpoint(serving))
    return ObedientBedrock(record, Observed({}, {}, _NOW))


def _live(bedrock: ObedientBedrock) -> None:
    """Let everything succeed until nothing is left to do."""
    while (decision := decide(bedrock.record, seen := bedrock.look())).action != Action.SETTLED:
        bedrock.do(decision, seen)


def _told(beginning: ObedientBedrock) -> list[Edge]:
    """From, label, to; "[*]" is where it begins and where it is settled."""
    ahead = [_chapter(deepcopy(beginning))]
    edges: dict[Edge, None] = {("[*]", "", ahead[0].name): None}
    known: set[str] = set()
    while ahead:
        here = ahead.pop(0)
        if here.name in known:
            continue
        known.add(here.name)
        seen = here.bedrock.look()
        decision = decide(here.bedrock.record, seen)
        if decision.action == Action.SETTLED:
            edges[here.name, "Settled, tells failed" if decision.reason else "Settled", "[*]"] = None
            continue
        for label, there in _onwards(here.bedrock, decision, seen):
            edges[here.name, label, there.name] = None
            ahead.append(there)
    return list(edges)


def _onwards(bedrock: ObedientBedrock, decision: Decision, seen: Observed) -> Iterator[tuple[str, Chapter]]:
    if decision.action not in _OUTCOMES:
        after = deepcopy(bedrock)
        after.do(decision, seen)
        waits = decision.action in {Action.AWAIT_JOB, Action.AWAIT_CHANGE}
        yield "Bedrock is ready" if waits else str(decision.action), _chapter(after)
        return
    what = _OUTCOMES[decision.action]
    for label, change in _words(decision).items():
        after = deepcopy(bedrock)
        after.record = change(after.record)
        yield f"{decision.action}, {label.format(what)}", _chapter(after)


def _words(decision: Decision) -> Mapping[str, Callable[[ModelRecord], ModelRecord]]:
    """What the gate can say, and the record after each."""
    note = curve_judged if decision.action == Action.JUDGE_TRAINING else judged

    def said(passed: bool) -> Callable[[ModelRecord], ModelRecord]:
        reasons = () if passed else ("the gate's reasons",)
        return lambda r: note(r, decision.generation_id, Verdict(_wanted(r), passed, "enabled", reasons, at=_NOW))

    words = {"{} pass": said(True), "{} do not pass": said(False)}
    if decision.action == Action.EVALUATE:
        # It was begun so long ago that it is given up.
        words["no verdict in time"] = lambda r: begun(r, decision.generation_id, _wanted(r), _NOW - _SECONDS)
    return words


def _wanted(record: ModelRecord) -> str:
    generation = record.training.current
    return generation.evaluation.id if generation and generation.evaluation else ""


def _chapter(bedrock: ObedientBedrock) -> Chapter:
    seen = bedrock.look()
    record = bedrock.record
    generation = record.training.current or next(iter(record.training.generations), None)
    parts = [f"model: {_model(record, generation, seen)}", f"endpoint: {_serving(record, seen)}"]
    standing = [e for e in record.endpoint.generations if e.purpose == EVALUATION and not e.gone]
    if standing:
        found = seen.endpoints.get(standing[0].id)
        parts.append(f"to be asked: {found.status if found else 'none yet'}")
    return Chapter(bedrock, " · ".join(parts))


def _model(record: ModelRecord, generation: TrainingGeneration | None, seen: Observed) -> str:
    if generation is None or generation.gone:
        return "let go of"
    job = seen.jobs.get(generation.id)
    if is_lent(generation):
        return "another environment's, held" if job and job.is_held else "another environment's"
    if job is None:
        return "none"
    if job.status != "Completed":
        return job.status
    if generation.rejected:
        return "rejected"
    if is_curve_awaited(generation):
        return "not judged"
    if any(verdict and not verdict.passed for verdict in (generation.curve, generation.verdict)):
        return "does not pass"
    if is_verdict_awaited(generation):
        return "given no verdict in time" if generation.evaluating else "its losses pass"
    return "passes, has its manifest" if generation.manifest else "passes"


def _serving(record: ModelRecord, seen: Observed) -> str:
    endpoint = next((e for e in record.endpoint.generations if e.purpose != EVALUATION), None)
    found = seen.endpoints.get(endpoint.id) if endpoint else None
    if found is None:
        return "none"
    generation = record.training.current
    model_arn = generation.model_arn if generation else found.model_arn
    whose = "" if found.model_arn == model_arn else " with the model before"
    slot = record.endpoint
    told = (slot.published_arn, slot.published_model_arn) == (found.arn, found.model_arn)
    published = ", published" if told and not whose else ""
    return f"{found.status}{whose}{published}"
