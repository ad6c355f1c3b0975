"""`rollback`: serve the kept previous model again, under the same endpoint."""

from dataclasses import asdict, replace

from finetuning.lifecycle.judging import roll_back
from finetuning.lifecycle.learning import learn
from ops import console, project
from ops.confirming import confirm
from ops.judging import proposal as proposals
from ops.judging.proposal import Proposal, lines
from ops.judging.refusals import NothingToRollBackError, none_kept, require_rollback
from ops.options import EnvironmentOption, JsonOption, ModelOption, YesOption
from ops.session import open_session
from ops.status.look import Look, Lookout


def rollback(
    env: EnvironmentOption = None, model: ModelOption = None, yes: YesOption = False, as_json: JsonOption = False
) -> None:
    """Take the wanted model out of service and put the kept previous one back; nothing is trained or bought."""
    session = open_session(env)
    lookout = Lookout(session)
    chosen = project.choose_model(session.environment, model, lookout.models())
    look = lookout.look(chosen)
    proposal = propose(look)
    if not as_json:
        for text in lines(proposal):
            console.stdout().print(text, soft_wrap=True, markup=False)
    confirm(f"Roll model {chosen} back to {proposal.goes_in.job_name}?", yes=yes)
    who = session.caller()
    after = session.registry().update(
        chosen, lambda record: roll_back(learn(record, look.seen), look.seen, proposal.rejects, who)
    )
    session.drive(after)
    if as_json:
        console.print_json({**asdict(proposal), "rolled_back_by": who})
        return
    out = console.stdout()
    told = f"rolling back to {proposal.goes_in.job_name}; {proposal.goes_out} does not serve again before"
    out.print(f"{told} 'python -m ops resume' or another training", soft_wrap=True, markup=False)
    out.print("follow it with: python -m ops status --watch")


def propose(look: Look) -> Proposal:
    """Return what would serve instead.

    Raises:
        NothingToRollBackError: nothing serves, or no model can take its place.
    """
    look = replace(look, record=learn(look.record, look.seen))
    training, endpoint = require_rollback(look.record, look.seen)
    proposal = proposals.rollback(look, training, endpoint)
    if proposal is None:
        raise NothingToRollBackError(none_kept(look.record, look.seen, training, endpoint))
    return proposal
