"""E01 to E04: a model of another account is copied here: it does not show, its key is closed, its answer is lost."""

from dataclasses import replace

from finetuning.lifecycle.retrying import retry
from tests.simulation.aws.site import ACCOUNT
from tests.simulation.aws.things import Model
from tests.simulation.promoting import judged, manifest_of, promotion, served
from tests.simulation.scenarios.life import DAY, HOUR, MINUTE, Life
from tests.simulation.scenarios.scenario import story
from tests.simulation.scenarios.strikes import Make, Strike, late
from tests.simulation.wanted import MODEL

_ELSEWHERE = "444455556666"
_CREATE = "bedrock.create_model_copy_job"
#: The service model declares few errors of this call; the last is one that nobody knows.
_CODES = ("ThrottlingException", "ServiceUnavailableException", "TooManyRequestsException", "AccessDeniedException",
          "ConflictException", "SomethingNewException")  # fmt: skip


@story("E01")
def shared_model_is_not_visible_yet(life: Life) -> None:
    """What does not show is waited for, and copied once."""
    model = _judged(life, 1)
    # After a day it is told of.
    life.alarms.add("stuck")
    life.environment.account.bedrock.copies.share(model, after=life.one_of(0.0, 10 * MINUTE, 5 * HOUR, 1.5 * DAY))
    _promote(life, model)
    life.until(lambda: _serves(life, model))
    _finish(life, model, copies=1)


@story("E02")
def copy_fails_over_its_key(life: Life) -> None:
    """What served serves; the reason says which key lacks what; a retry copies it once more."""
    before = _copied(life)
    model = _judged(life, 2)
    life.environment.account.bedrock.copies.share(model)
    life.environment.account.bedrock.copies.failures.append("Access to the KMS key is denied.")
    _promote(life, model)
    life.until(lambda: "kms:Decrypt" in life.record.problem)
    life.environment.run_until_quiet()
    life.expect("kms:Decrypt" in life.record.problem, f"it does not say what the key lacks: {life.record.problem}")
    life.expect(_serves(life, before), "what served does not serve")
    life.environment.operate("retry", retry)
    life.until(lambda: _serves(life, model))
    _finish(life, model, copies=3)


@story("E03")
def copy_is_refused_with_an_error_that_is_not_declared(life: Life) -> None:
    """What served serves; it is asked for again by itself or by an operator, and copied once."""
    _copied(life)
    model = _judged(life, 2)
    life.environment.account.bedrock.copies.share(model)
    life.environment.account.bedrock.copies.refusals.append((life.one_of(*_CODES), "No."))
    _promote(life, model)
    life.until(lambda: _serves(life, model) or bool(life.record.problem), most=2 * DAY)
    if not _serves(life, model):
        life.environment.operate("retry", retry)
    life.until(lambda: _serves(life, model))
    _finish(life, model, copies=2)


@story("E04")
def copy_was_made_and_the_answer_is_lost(life: Life) -> None:
    """The same request again, or a look, finds it: it is copied once."""
    model = _judged(life, 1)
    life.environment.account.bedrock.copies.share(model)
    ways: tuple[str | Make, ...] = ("reply lost", "crash after", late(70.0), late(70.0, dies=True))
    life.strike(Strike(_CREATE, life.one_of(*ways)))
    _promote(life, model)
    life.until(lambda: _serves(life, model))
    _finish(life, model, copies=1)


def _judged(life: Life, number: int) -> Model:
    """The model of another account, which is not one of this account's."""
    model = judged(life.environment, life.wanted, number)
    life.environment.account.bedrock.site.models.remove(model.arn)
    return replace(model, arn=model.arn.replace(ACCOUNT, _ELSEWHERE))


def _promote(life: Life, model: Model) -> bool:
    manifest = manifest_of(model, MODEL, account=_ELSEWHERE)
    return life.deploy_template(promotion(life.wanted, manifest, Method="copy"))


def _copied(life: Life) -> Model:
    """A first model, copied and in service."""
    model = _judged(life, 1)
    life.environment.account.bedrock.copies.share(model)
    _promote(life, model)
    life.until(lambda: _serves(life, model) and life.record.settled)
    life.expect(_serves(life, model), "the first does not serve")
    return model


def _serves(life: Life, model: Model) -> bool:
    """Whether a copy of this model is behind the pointer."""
    served_arn, copies = served(life.environment, MODEL), life.environment.account.bedrock.copies.shelf.truth.values()
    return any(c.target_arn == served_arn and c.source is not None and c.source.arn == model.arn for c in copies)


def _finish(life: Life, model: Model, *, copies: int) -> None:
    """It serves, was copied as often as it must, and goes with its stack: copies are ours."""
    life.calm()
    life.mend()
    life.environment.run_until_quiet()
    life.expect(_serves(life, model), "the promoted model does not serve")
    bought = [p.name for p in life.environment.account.bedrock.purchases if p.kind == "copy"]
    life.expect_equal(len(bought), copies, "the number of copies")
    life.destroy()
    life.environment.run_until_quiet()
    life.expect_nothing_left()
    life.finish()
