"""Signatures of manifests, as KMS gives and judges them."""

import pytest

from lambdas.gateways import signing
from lambdas.gateways.signing import SigningError, SigningGateway
from tests.contract.service import Service

KEY = "arn:aws:kms:us-west-2:111122223333:key/11111111-2222-3333-4444-555555555555"
ALIAS = "arn:aws:kms:us-west-2:111122223333:alias/finetuning-dev-manifest"
DIGEST = "0f" * 32


def test_digest_is_signed_and_not_hashed_again() -> None:
    """KMS gets the 32 bytes, and is told that they are a digest."""
    service = Service("kms", {"Signature": b"signed", "KeyId": KEY, "SigningAlgorithm": "ECDSA_SHA_256"})
    assert SigningGateway(KEY, service.client).sign(DIGEST) == b"signed"
    asked = {"KeyId": KEY, "Message": b"\x0f" * 32, "MessageType": "DIGEST", "SigningAlgorithm": "ECDSA_SHA_256"}
    assert service.call == ("Sign", asked)


def test_signature_is_verified_with_the_trusted_key() -> None:
    """A key may be named by its alias."""
    service = Service("kms", {"SignatureValid": True, "KeyId": KEY, "SigningAlgorithm": "ECDSA_SHA_256"})
    assert SigningGateway(kms=service.client).verify(ALIAS, DIGEST, b"signed") is True
    asked = {
        "KeyId": ALIAS,
        "Message": b"\x0f" * 32,
        "MessageType": "DIGEST",
        "Signature": b"signed",
        "SigningAlgorithm": "ECDSA_SHA_256",
    }
    assert service.call == ("Verify", asked)


def test_signature_of_something_else_is_no_error() -> None:
    """KMS says so by an exception."""
    service = Service("kms", "KMSInvalidSignatureException: no")
    assert SigningGateway(kms=service.client).verify(ALIAS, DIGEST, b"other") is False


def test_no_signature_is_not_asked_about() -> None:
    """KMS would refuse the request."""
    service = Service("kms")
    assert SigningGateway(kms=service.client).verify(ALIAS, DIGEST, b"") is False
    assert service.calls == []


@pytest.mark.parametrize(
    ("code", "advice"),
    [
        ("NotFoundException", "deploy the Foundation stack"),
        ("DisabledException", "enable it"),
        ("KMSInvalidStateException", "scheduled for deletion"),
        ("AccessDeniedException", "manifest_readers"),
        ("InvalidKeyUsageException", "name the key of the environment's manifests"),
        ("KMSInternalException", "try again"),
    ],
)
def test_what_kms_cannot_say_is_an_error_with_a_way_out(code: str, advice: str) -> None:
    """Neither valid nor invalid."""
    service = Service("kms", f"{code}: because")
    with pytest.raises(SigningError, match=f"cannot verify a manifest with {ALIAS}: {code}: because; .*{advice}"):
        SigningGateway(kms=service.client).verify(ALIAS, DIGEST, b"signed")
    with pytest.raises(SigningError, match=f"cannot sign a manifest with {KEY}: {code}"):
        SigningGateway(KEY, service.client).sign(DIGEST)


def test_key_of_another_region_is_asked_there(monkeypatch: pytest.MonkeyPatch) -> None:
    """KMS knows no keys of other Regions: a model that is copied was signed elsewhere."""
    here, there = Service("kms"), Service("kms", {"SignatureValid": True})
    asked: list[object] = []
    monkeypatch.setattr(signing, "client", lambda *given: asked.append(given) or there.client)
    elsewhere = ALIAS.replace(ALIAS.split(":")[3], "ap-south-1")
    assert SigningGateway(kms=here.client).verify(elsewhere, DIGEST, b"signed") is True
    assert asked == [("kms", {"region_name": "ap-south-1"})]
