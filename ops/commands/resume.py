"""`resume`: an operator's consent to buy again what was stopped, what failed, and what somebody deleted."""

from dataclasses import asdict

from finetuning.lifecycle import ModelRecord, Observed
from finetuning.lifecycle.learning import learn, may_still_show
from finetuning.lifecycle.outcome import failure
from finetuning.lifecycle.retrying import resume as bought_again
from ops import console, project
from ops.confirming import confirm
from ops.errors import OperatorError
from ops.options import EnvironmentOption, JsonOption, ModelOption, YesOption
from ops.recovery.attempts import Attempts, attempts, sentence
from ops.session import open_session
from ops.status.look import Lookout


class NothingToResumeError(OperatorError):
    """Nothing was stopped or lost, or it is too early to tell."""


def resume(
    env: EnvironmentOption = None, model: ModelOption = None, yes: YesOption = False, as_json: JsonOption = False
) -> None:
    """Buy again what was stopped with `stop --billing`, failed, or was deleted; serve again what was rolled back."""
    session = open_session(env)
    lookout = Lookout(session)
    registry = session.registry()
    chosen = project.choose_model(session.environment, model, lookout.models())
    before = registry.read(chosen)
    seen = lookout.observe(before)
    told = check(before, seen)
    if not as_json:
        console.stdout().print(question(told, before), soft_wrap=True, markup=False)
    confirm(f"Resume model {chosen}?", yes=yes)
    after = registry.update(chosen, lambda record: bought_again(learn(record, seen), seen))
    session.drive(after)
    told = attempts(before, after, told.failure)
    if as_json:
        console.print_json(asdict(told))
        return
    out = console.stdout()
    out.print(sentence(told), soft_wrap=True, markup=False)
    out.print("follow it with: python -m ops status --watch")


def check(record: ModelRecord, seen: Observed) -> Attempts:
    """Return what would be bought.

    Raises:
        NothingToResumeError: nothing was stopped or lost, or it is too early to tell.
    """
    endpoint = record.endpoint.current
    absent = endpoint is not None and endpoint.intended and seen.endpoints.get(endpoint.id) is None
    if endpoint and absent and not record.endpoint.stopped and may_still_show(endpoint.intended_at, seen.now):
        raise NothingToResumeError(
            f"endpoint {endpoint.name} was bought just now and may not show yet; look again soon"
        )
    learnt = learn(record, seen)
    told = attempts(learnt, bought_again(learnt, seen), failure(learnt, seen))
    if not told.any and not record.endpoint.stopped and not is_rejected(record):
        raise NothingToResumeError(f"nothing of model {record.model!r} was stopped or lost; see: python -m ops status")
    return told


def question(told: Attempts, record: ModelRecord) -> str:
    """What the consent is about."""
    buys = [f"customization job {told.job_name}, billed by the token"] if told.job_name else []
    buys += [told.endpoint] if told.endpoint else []
    why = told.failure or ("its bill was stopped" if record.endpoint.stopped else "")
    serves = "; its model is asked again, and serves if it answers" if is_rejected(record) else ""
    return f"model {told.model}: {why}; buys {' and '.join(buys) or 'nothing by itself, the driver goes on'}{serves}"


def is_rejected(record: ModelRecord) -> bool:
    """Whether the wanted model was rolled back, or rejected because it did not answer."""
    return record.training.current is not None and bool(record.training.current.rejected)
