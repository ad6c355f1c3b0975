"""`rollback`: serve the kept previous model again, under the same endpoint."""

from dataclasses import asdict, replace

from finetuning.lifecycle.judging import roll_back
from finetuning.lifecycle.learning import learn
from finetuning.lifecycle.promotions import followed
from ops import console
from ops.judging import proposal as proposals
from ops.judging.asking import ask
from ops.judging.proposal import Proposal
from ops.judging.refusals import NothingToRollBackError, none_kept, require_rollback
from ops.options import EnvironmentOption, JsonOption, ModelOption, YesOption
from ops.status.look import Look


def rollback(
    env: EnvironmentOption = None, model: ModelOption = None, yes: YesOption = False, as_json: JsonOption = False
) -> None:
    """Take the wanted model out of service and put the kept previous one back; nothing is trained or bought."""
    asked = ask(
        env, model, propose, lambda p: f"Roll model {p.model} back to {p.goes_in.job_name}?", yes=yes, quiet=as_json
    )
    proposal = asked.proposal
    asked.carry_out(lambda record, seen, who: roll_back(record, seen, proposal.rejects, who))
    if as_json:
        console.print_json({**asdict(proposal), "rolled_back_by": asked.who})
        return
    out = console.stdout()
    wanted = asked.look.record.training.current
    is_promoted = wanted is not None and bool(followed(wanted))
    told = f"rolling back to {proposal.goes_in.job_name}; {proposal.goes_out} does not serve again before"
    another = "promotion" if is_promoted else "training"
    out.print(f"{told} 'python -m ops resume' or another {another}", soft_wrap=True, markup=False)
    if is_promoted:
        out.print("its pin still names it: revert that pull request, so that git says what serves")
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
