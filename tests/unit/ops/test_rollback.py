"""`rollback` puts the kept model back: after a look, a question and a yes."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from finetuning.lifecycle.verdict import Promoted
from tests.unit.lifecycle import bought
from tests.unit.ops.conftest import Run
from tests.unit.ops.judged import OLD_MODEL, WHO, account, with_previous
from tests.unit.ops.test_stop_and_resume import serving


def test_model_is_rolled_back_to_the_kept_one(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    """It says to which; who did it stands in the record, and the driver swaps."""
    known, facts = with_previous(serving())
    there = account(known, facts)
    assert run(there, "rollback", "--yes") == 0
    shown = capsys.readouterr().out
    current = known.training.current
    assert current is not None
    assert "faq: would be rolled back to custom model finetuning-dev-faq-7777777777-1" in shown
    assert f"custom model  {OLD_MODEL}" in shown
    assert f"in place of   {current.job_name}" in shown
    assert "rolling back to finetuning-dev-faq-7777777777-1" in shown
    after = there.record().training.current
    assert after is not None
    assert after.rejected == f"rolled back by {WHO}"
    assert there.executions == {there.record().in_charge: "RUNNING"}


def test_rollback_of_a_promotion_says_that_git_names_another(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    """Or the next deployment from an empty clone would say that what does not serve is wanted."""
    known, facts = with_previous(serving())
    current = known.training.generations[-1]
    promoted = Promoted("swap", current.model_arn, current.job_arn, current.job_name, "a" * 64)
    there = account(known.with_training(replace(current, promoted=promoted)), facts)
    there.others.models[current.model_arn] = "Active"
    assert run(there, "rollback", "--yes") == 0
    shown = capsys.readouterr().out
    assert "or another promotion" in shown
    assert "revert that pull request" in shown


def test_rolled_back_model_is_resumed(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    """Which is the way back; what is said is not that something is bought."""
    known, facts = with_previous(serving())
    there = account(known, facts)
    assert run(there, "rollback", "--yes") == 0
    assert run(there, "rollback", "--yes") == 1
    assert "'python -m ops resume' puts it into service again" in capsys.readouterr().err
    assert run(there, "resume", "--yes") == 0
    assert "its model is asked again, and serves if it answers" in capsys.readouterr().out
    after = there.record().training.current
    assert after is not None
    assert after.rejected == ""


OTHER_BASE = "amazon.nova-lite-v1:0:300k"


@pytest.mark.parametrize(
    ("kept", "why"),
    [
        (None, "no earlier custom model is kept (training.keep_previous is 2)"),
        ({"settings": {"baseModelIdentifier": OTHER_BASE}}, f"kept is finetuning-dev-faq-7777777777-1 of {OTHER_BASE}"),
        ({"rejected": "it did not answer"}, "what is kept was rejected itself: "),
        ({"approved_by": ""}, "what is kept has never served and nobody approved it: "),
    ],
    ids=["none", "another-base-model", "rejected", "unapproved"],
)
def test_rollback_without_a_model_to_go_back_to_is_refused(
    kept: Mapping[str, Any] | None, why: str, run: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    """With the reason and the way out."""
    known = serving(base_model=bought.HAIKU.customization_id)
    known, *facts = with_previous(known, **kept) if kept is not None else (known,)
    there = account(known, *facts)
    before = there.record()
    assert run(there, "rollback", "--yes") == 1
    said = capsys.readouterr().err
    assert "model 'faq' cannot be rolled back from " in said
    assert why in said
    assert there.record() == before


def test_first_promoted_model_has_nothing_to_go_back_to(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    """The environment trains nothing, so the way out is another promotion, or to end the bill."""
    known = serving()
    current = known.training.generations[-1]
    promoted = Promoted("swap", current.model_arn, current.job_arn, current.job_name, "a" * 64)
    there = account(known.with_training(replace(current, promoted=promoted)))
    there.others.models[current.model_arn] = "Active"
    assert run(there, "rollback", "--yes") == 1
    said = capsys.readouterr().err
    assert "no earlier custom model is kept (training.keep_previous is 2), and nothing is trained in dev; " in said
    assert said.endswith(
        "promote another model, or take it out of service with: python -m ops stop --billing --env dev --model faq\n"
    )


def test_nothing_serves_and_nothing_is_rolled_back(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    """Because the bill is stopped, because there is no endpoint, or because the job is not done."""
    known, facts = with_previous(serving())
    stopped = replace(known, endpoint=replace(known.endpoint, stopped=True))
    none = replace(known, endpoint=replace(known.endpoint, removed=True))
    for record, why in ((stopped, "its bill is stopped"), (none, "no endpoint is wanted (endpoint.serving is none)")):
        assert run(account(known, facts).keep(record), "rollback", "--yes") == 1
        assert f"nothing serves model 'faq': {why}" in capsys.readouterr().err
    old = replace(known, endpoint=replace(known.endpoint, published_model_arn=OLD_MODEL))
    assert run(account(old, facts, status="InProgress", serves=OLD_MODEL), "rollback", "--yes") == 1
    assert "has made no model yet; finetuning-dev-faq-7777777777-1 serves and stays" in capsys.readouterr().err
