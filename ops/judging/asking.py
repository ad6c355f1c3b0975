"""What `approve` and `rollback` do alike: look at a model, say what would come of it, and ask who decides."""

from collections.abc import Callable
from dataclasses import dataclass

from finetuning.lifecycle import ModelRecord, Observed
from finetuning.lifecycle.learning import learn
from ops import console, project
from ops.confirming import confirm
from ops.judging.proposal import Proposal, lines
from ops.session import Session, open_session
from ops.status.look import Look, Lookout

#: The record after a judgement, from the record as it is by then, the look, and who judges.
Judgement = Callable[[ModelRecord, Observed, str], ModelRecord]


@dataclass(frozen=True)
class Asked:
    """A proposal that an operator has agreed to.

    Attributes:
        who: ARN of the operator.
    """

    session: Session
    look: Look
    proposal: Proposal
    who: str

    def carry_out(self, judgement: Judgement) -> None:
        """Write the judgement down and put the driver to work."""
        seen = self.look.seen
        after = self.session.registry().update(
            self.proposal.model, lambda record: judgement(learn(record, seen), seen, self.who)
        )
        self.session.drive(after)


def ask(
    env: str | None,
    model: str | None,
    propose: Callable[[Look], Proposal],
    question: Callable[[Proposal], str],
    *,
    yes: bool,
    quiet: bool,
) -> Asked:
    """Show a proposal and ask.

    Args:
        env: name of the environment, or None.
        model: name of the model, or None.
        propose: from a look at the model.
        question: that is asked about the proposal.
        yes: whether the answer was given beforehand.
        quiet: whether the proposal is not shown, because the output is for a machine.
    """
    session = open_session(env)
    lookout = Lookout(session)
    look = lookout.look(project.choose_model(session.environment, model, lookout.models()))
    proposal = propose(look)
    if not quiet:
        for text in lines(proposal):
            console.stdout().print(text, soft_wrap=True, markup=False)
    confirm(question(proposal), yes=yes)
    return Asked(session, look, proposal, session.caller())
