"""`approve`: let the model that waits for it go into service."""

from dataclasses import asdict, replace

from finetuning.lifecycle.judging import approve as approved
from finetuning.lifecycle.learning import learn
from ops import console, project
from ops.confirming import confirm
from ops.judging.proposal import Proposal, approval, lines
from ops.judging.refusals import require_approval
from ops.options import EnvironmentOption, JsonOption, ModelOption, YesOption
from ops.session import open_session
from ops.status.look import Look, Lookout


def approve(
    env: EnvironmentOption = None, model: ModelOption = None, yes: YesOption = False, as_json: JsonOption = False
) -> None:
    """Put the trained model that waits for approval into service (`endpoint.approval: manual`)."""
    session = open_session(env)
    lookout = Lookout(session)
    chosen = project.choose_model(session.environment, model, lookout.models())
    look = lookout.look(chosen)
    proposal = propose(look)
    if not as_json:
        for text in lines(proposal):
            console.stdout().print(text, soft_wrap=True, markup=False)
    confirm(f"Put custom model {proposal.goes_in.job_name} into service?", yes=yes)
    who = session.caller()
    after = session.registry().update(
        chosen, lambda record: approved(learn(record, look.seen), look.seen, proposal.goes_in.generation, who)
    )
    session.drive(after)
    if as_json:
        console.print_json({**asdict(proposal), "approved_by": who})
        return
    out = console.stdout()
    out.print(f"approved by {who}; it goes into service now", soft_wrap=True, markup=False)
    out.print("follow it with: python -m ops status --watch")


def propose(look: Look) -> Proposal:
    """Return what would go into service.

    Raises:
        NothingToApproveError: nothing waits for approval.
    """
    look = replace(look, record=learn(look.record, look.seen))
    return approval(look, *require_approval(look.record, look.seen))
