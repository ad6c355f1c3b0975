"""A promotion that is not what pin, key and account say is refused with all that is wrong, and changes nothing."""

from collections.abc import Callable
from typing import Any

import pytest

from finetuning.manifest import Job, Judgement, digest, read
from lambdas.gateways.signing import SigningError
from lambdas.promoted_model.resource import PromotedModel
from lambdas.promoted_model.verification import RIGHTS_PAUSES_SECONDS, PromotionRefusedError, Verification
from tests.fakes.account import FakeAccountHolds
from tests.fakes.cloudformation import a_request
from tests.fakes.judging import FakeSigning
from tests.unit.lambdas.promoting import KEY, Source, Target, changed, pinned, promotion
from tests.unit.lambdas.story import NOVA_LITE

ELSEWHERE = "arn:aws:bedrock:us-west-2:111122223333:custom-model/base/another"
FAILED = Judgement(passed=False, mode="enabled", reasons=("exact_match is 0.4, wanted is 0.8",))


@pytest.fixture(scope="module")
def judged() -> tuple[Source, bytes]:
    """An account with a model that was judged, and its manifest."""
    source = Source()
    return source, source.judge()


def refusal(source: Source, properties: dict[str, Any]) -> str:
    """What a target says to these properties, of which it records nothing."""
    target = Target(source)
    with pytest.raises(PromotionRefusedError) as refused:
        target.promoted.apply(a_request(properties=properties, logical_id="PromotedModel"))
    assert target.table.items == {}
    assert target.lock_table.item.version == 0
    assert target.machine.executions == {}
    return str(refused.value)


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"custom_model_arn": ELSEWHERE}, f"{ELSEWHERE} does not exist in 111122223333, us-west-2"),
        ({"job": Job("arn:another", "another")}, "it is not the model that was judged"),
        (
            {"base_model": "amazon.nova-lite-v1:0:300k"},
            "base model: the manifest is about 'amazon.nova-lite-v1:0:300k'",
        ),
        ({"account": "444455556666"}, "place: the model is in account 444455556666, us-west-2"),
        ({"region": "eu-west-1"}, "place: the model is in account 111122223333, eu-west-1"),
        ({"verdict": None}, "verdict: the model was not judged"),
        ({"verdict": Judgement(passed=True, mode="disabled")}, "judged with gate.mode 'disabled'"),
        ({"verdict": FAILED}, "the quality gate did not pass: exact_match is 0.4, wanted is 0.8"),
        ({"curve": FAILED}, "the quality gate did not pass: exact_match is 0.4, wanted is 0.8"),
        ({"project": "another"}, "project: the manifest is about 'another', asked for is 'finetuning'"),
        ({"environment": "lab"}, "environment: the manifest is about 'lab', asked for is 'dev'"),
        ({"model": "sales"}, "model: the manifest is about 'sales', asked for is 'faq'"),
    ],
)
def test_signed_manifest_about_something_else_is_refused(
    judged: tuple[Source, bytes], fields: dict[str, Any], said: str
) -> None:
    """A signature says who wrote it, not what it may be used for (fault E06)."""
    source, manifest = judged
    assert said in refusal(source, pinned(changed(manifest, **fields)))


def test_text_that_was_changed_after_it_was_signed_is_refused(judged: tuple[Source, bytes]) -> None:
    """Neither the pin nor the signature fits it."""
    source, manifest = judged
    tampered = pinned(changed(manifest, approved_by="mallory"))
    usual = pinned(manifest)
    said = refusal(source, {**usual, "Manifest": tampered["Manifest"]})
    assert f"the pin names {digest(manifest)}" in said
    assert f"signature: it is not one of {KEY}" in said


def test_manifest_that_was_signed_by_another_key_is_refused(judged: tuple[Source, bytes]) -> None:
    """Whoever can write the repository can sign with a key of theirs."""
    source, manifest = judged
    assert f"signature: it is not one of {KEY}" in refusal(source, pinned(manifest, key="mallory"))


@pytest.mark.parametrize("signature", ["", "not base64"])
def test_signature_that_is_none_is_refused(judged: tuple[Source, bytes], signature: str) -> None:
    """It fails closed."""
    source, manifest = judged
    assert "signature: " in refusal(source, pinned(manifest, Signature=signature))


def test_text_that_is_no_manifest_is_refused(judged: tuple[Source, bytes]) -> None:
    """Even if the trusted key signed it."""
    source, _ = judged
    assert "manifest: the manifest cannot be read" in refusal(source, pinned(b"[]"))


def test_all_problems_are_said_at_once_with_what_to_do(judged: tuple[Source, bytes]) -> None:
    """Nobody mends one to meet the next."""
    source, manifest = judged
    about_another = changed(manifest, verdict=FAILED, model="sales")
    said = refusal(source, pinned(about_another, key="mallory", BaseModel=NOVA_LITE))
    for number in range(1, 5):
        assert f"({number}) " in said
    assert said.startswith("model faq is not promoted to staging: nothing was changed, and what served goes on serving")
    assert "python -m ops promote" in said


def test_model_that_is_not_active_is_refused(judged: tuple[Source, bytes]) -> None:
    """It cannot be served."""
    source, manifest = Source(), judged[1]
    source.judge()
    source.jobs.models[read(manifest).custom_model_arn] = "Failed"
    assert "is Failed, wanted is Active" in refusal(source, pinned(manifest))


def test_model_that_another_use_case_holds_is_refused(judged: tuple[Source, bytes]) -> None:
    """One tag says for whom: who takes it over takes it away."""
    source = Source()
    manifest = source.judge()
    FakeAccountHolds(source.jobs).hold(read(manifest).custom_model_arn, "staging", "finetuning/sales")
    assert "holds this model for finetuning/sales already, not for finetuning/faq" in refusal(source, pinned(manifest))


def test_what_serves_goes_on_serving(judged: tuple[Source, bytes]) -> None:
    """A refused promotion is rolled back by CloudFormation, and nothing has moved."""
    source = Source()
    first = source.judge("2")
    target = Target(source)
    target.promote(first)
    before, serves = target.record, target.serves
    with pytest.raises(PromotionRefusedError):
        target.stack.deploy(promotion(source.judge("3"), key="mallory"))
    target.stack.roll_back_failed_update("PromotedModel")
    target.machine.run()
    assert (target.serves, target.record.training.current_id) == (serves, before.training.current_id)
    assert target.lock.holder() is None


def test_text_under_the_pin_of_what_is_wanted_already_is_verified(judged: tuple[Source, bytes]) -> None:
    """That the pin was verified says nothing of another text."""
    source, manifest = judged
    target = Target(source)
    target.promote(manifest)
    tampered = pinned(changed(manifest, approved_by="mallory"))["Manifest"]
    with pytest.raises(PromotionRefusedError, match="the pin names"):
        target.stack.deploy({"PromotedModel": pinned(manifest, Manifest=tampered)})


def test_model_of_another_base_model_is_refused(judged: tuple[Source, bytes]) -> None:
    """It is not what was judged, whatever its ARN says."""
    source, manifest = judged
    target = Target(source)
    models = FakeAccountHolds(source.jobs, "arn:aws:bedrock:us-west-2::foundation-model/amazon.nova-lite-v1:0:300k")
    resource = target.resource(Verification(signatures=FakeSigning(), models=models))
    with pytest.raises(PromotionRefusedError, match="judged was one of anthropic"):
        resource.apply(a_request(properties=pinned(manifest), logical_id="PromotedModel"))


class NotYet(FakeSigning):
    """May not be asked for a while."""

    def __init__(self, refusals: int, code: str = "AccessDeniedException") -> None:
        super().__init__(KEY)
        self.refusals, self.code = refusals, code

    def verify(self, key_arn: str, digest: str, signature: bytes) -> bool:
        """What KMS says, once it says something."""
        if not self.refusals:
            return super().verify(key_arn, digest, signature)
        self.refusals -= 1
        cause = ValueError()
        cause.response = {"Error": {"Code": self.code}}  # type: ignore[attr-defined]
        raise SigningError(f"cannot verify a manifest with {key_arn}: {self.code}") from cause


def with_signing(target: Target, signing: FakeSigning, pause: Callable[[float], None]) -> PromotedModel:
    """The resource with other signatures."""
    account = FakeAccountHolds(target.source.jobs)
    verification = Verification(signatures=signing, models=account, pause=pause)
    return target.resource(verification)


def test_right_to_verify_that_comes_with_the_stack_is_waited_for(judged: tuple[Source, bytes]) -> None:
    """IAM is eventually consistent (fault B03)."""
    source, manifest = judged
    target, pauses = Target(source), list[float]()
    resource = with_signing(target, NotYet(2), pauses.append)
    resource.apply(a_request(properties=pinned(manifest), logical_id="PromotedModel"))
    assert pauses == [1, 2]


@pytest.mark.parametrize(
    ("code", "pauses"), [("AccessDeniedException", list(RIGHTS_PAUSES_SECONDS)), ("NotFoundException", [])]
)
def test_key_that_cannot_be_asked_is_one_of_the_problems(
    judged: tuple[Source, bytes], code: str, pauses: list[float]
) -> None:
    """With what to do about it; a right that is really missing stays missing."""
    source, manifest = judged
    target, paused = Target(source), list[float]()
    resource = with_signing(target, NotYet(99, code), paused.append)
    with pytest.raises(PromotionRefusedError, match=f"signature: cannot verify a manifest with {KEY}: {code}"):
        resource.apply(a_request(properties=pinned(manifest), logical_id="PromotedModel"))
    assert paused == pauses


@pytest.mark.parametrize("fields", [{}, {"account": "444455556666"}])
def test_manifest_that_a_training_follows_is_only_verified(
    judged: tuple[Source, bytes], fields: dict[str, Any]
) -> None:
    """Another account's model is not looked at, and nothing is recorded."""
    source, manifest = judged
    target = Target(source)
    manifest = changed(manifest, **fields)
    request = a_request(properties=pinned(manifest, Method="retrain"), logical_id="ManifestCheck")
    told = target.promoted.apply(request)
    assert told.attributes == {"Manifest": digest(manifest)}
    again = a_request("Update", properties=request.properties, logical_id="ManifestCheck", request_id="2")
    target.stacks.update("ManifestCheck")
    assert target.promoted.apply(again).physical_id == told.physical_id
    target.promoted.delete(request)
    assert target.table.items == {}


def test_manifest_that_a_training_follows_must_be_signed_too(judged: tuple[Source, bytes]) -> None:
    """In the source's account, by whose key policy this one may verify."""
    source, manifest = judged
    assert "signature: " in refusal(source, pinned(manifest, key="mallory", Method="retrain"))


def test_method_that_is_not_known_is_refused() -> None:
    """Before anything is asked."""
    target = Target(Source())
    with pytest.raises(Exception, match="property Method must be one of swap, copy, retrain, got 'clone'"):
        target.promoted.apply(a_request(properties=pinned(b"", Method="clone"), logical_id="PromotedModel"))
