"""`approve`: let the model that waits for it go into service."""

from dataclasses import asdict, replace

from finetuning.lifecycle.judging import approve as approved
from finetuning.lifecycle.learning import learn
from ops import console
from ops.judging.asking import ask
from ops.judging.proposal import Proposal, approval
from ops.judging.refusals import require_approval
from ops.options import EnvironmentOption, JsonOption, ModelOption, YesOption
from ops.status.look import Look


def approve(
    env: EnvironmentOption = None, model: ModelOption = None, yes: YesOption = False, as_json: JsonOption = False
) -> None:
    """Put the trained model that waits for approval into service (`endpoint.approval: manual`)."""
    asked = ask(
        env, model, propose, lambda p: f"Put custom model {p.goes_in.job_name} into service?", yes=yes, quiet=as_json
    )
    generation = asked.proposal.goes_in.generation
    asked.carry_out(lambda record, seen, who: approved(record, seen, generation, who))
    if as_json:
        console.print_json({**asdict(asked.proposal), "approved_by": asked.who})
        return
    out = console.stdout()
    out.print(f"approved by {asked.who}; it goes into service now", soft_wrap=True, markup=False)
    out.print("follow it with: python -m ops status --watch")


def propose(look: Look) -> Proposal:
    """Return what would go into service.

    Raises:
        NothingToApproveError: nothing waits for approval.
    """
    look = replace(look, record=learn(look.record, look.seen))
    return approval(look, *require_approval(look.record, look.seen))
