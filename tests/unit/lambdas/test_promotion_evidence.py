"""A refusal says each thing that is wrong once, and nothing that nobody could have seen."""

import pytest

from finetuning.promotion.checks import FoundModel
from lambdas.gateways.signing import SigningError
from lambdas.promoted_model.verification import PromotionRefusedError, Verification
from tests.fakes.cloudformation import a_request
from tests.fakes.judging import FakeSigning
from tests.unit.lambdas.promoting import Source, Target, changed, pinned


class Unseen:
    """Has the methods of `HoldsGateway` that verify; no model may be looked at."""

    def model(self, model_arn: str, environment: str) -> FoundModel | None:
        """Nobody should have asked."""
        raise AssertionError(model_arn)


class Gone(FakeSigning):
    """A key that was deleted."""

    def verify(self, key_arn: str, digest: str, signature: bytes) -> bool:
        """Not any more."""
        raise SigningError(f"cannot verify a manifest with {key_arn}: NotFoundException")


@pytest.mark.parametrize("fields", [{"account": "444455556666"}, {"region": "eu-west-1"}])
def test_model_of_another_place_is_not_looked_for_here(fields: dict[str, str]) -> None:
    """It would be said to be gone; wrong is the place alone."""
    source = Source()
    target = Target(source)
    manifest = changed(source.judge(), **fields)
    resource = target.resource(Verification(signatures=FakeSigning(), models=Unseen(), pause=target.clock.sleep))
    with pytest.raises(PromotionRefusedError) as refused:
        resource.apply(a_request(properties=pinned(manifest), logical_id="PromotedModel"))
    assert "(1) place: " in str(refused.value)
    assert "(2)" not in str(refused.value)


def test_signature_that_could_not_be_checked_is_not_called_wrong_too() -> None:
    """Nobody forged anything: the key is gone."""
    source = Source()
    target = Target(source)
    verification = Verification(signatures=Gone(), models=target.holds, pause=target.clock.sleep)  # type: ignore[arg-type]
    with pytest.raises(PromotionRefusedError) as refused:
        target.resource(verification).apply(a_request(properties=pinned(source.judge()), logical_id="PromotedModel"))
    assert str(refused.value).count("signature: ") == 1
    assert "NotFoundException" in str(refused.value)


def test_manifest_that_cannot_be_read_is_one_of_the_problems() -> None:
    """Beside what is wrong with its digest and its signature."""
    target = Target(Source())
    properties = {**pinned(b'{"schema": 2}'), "ManifestSha256": "0" * 64}
    with pytest.raises(PromotionRefusedError) as refused:
        target.promoted.apply(a_request(properties=properties, logical_id="PromotedModel"))
    said = str(refused.value)
    assert said.startswith(
        "model faq is not promoted to staging: nothing was changed, and what served goes on serving; wrong is: (1) "
    )
    assert "manifest: the manifest cannot be read; schema: is 2" in said
    assert "python -m ops promote" in said
