"""An operator's approval and rollback: of the training that was wanted when the command began, as in `ops`."""

from collections.abc import Callable

from finetuning.lifecycle import ModelRecord, Observed
from finetuning.lifecycle.judging import approve, roll_back
from tests.simulation.environment import Change

_Judgement = Callable[[ModelRecord, Observed, str, str], ModelRecord]
OPERATOR = "arn:aws:iam::111122223333:user/operator"


def approving() -> Change:
    """`ops approve`."""
    return _of_what_was_seen(approve)


def rolling_back() -> Change:
    """`ops rollback`."""
    return _of_what_was_seen(roll_back)


def _of_what_was_seen(judgement: _Judgement) -> Change:
    looked_at: list[str] = []

    def change(record: ModelRecord, seen: Observed) -> ModelRecord:
        looked_at.append(record.training.current_id)
        return judgement(record, seen, looked_at[0], OPERATOR)

    return change
