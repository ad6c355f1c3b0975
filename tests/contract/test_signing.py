"""Signatures of manifests, as KMS gives and judges them."""

import pytest

from lambdas.gateways import signing
from lambdas.gateways.signing import SigningError, SigningGateway
from tests.contract.service import Service

KEY = "arn:aws:kms:us-west-2:111122223333:key/11111111-2222-3333-4444-555555555555"
ALIAS = "arn:aws:kms:us-west-2:111122223333:alias/finetuning-dev-manifest"
REGION = ALIAS.split(":")[3]
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


@pytest.mark.parametrize(("region", "asked"), [(REGION, []), ("ap-south-1", [{"region_name": "ap-south-1"}])])
def test_key_is_asked_in_its_own_region(monkeypatch: pytest.MonkeyPatch, region: str, asked: list[object]) -> None:
    """KMS knows no keys of other Regions: a model that is copied was signed elsewhere."""
    service, elsewhere = Service("kms", {"SignatureValid": True}), list[object]()

    def client(_: str, *given: object) -> object:
        elsewhere.extend(given)
        return service.client

    monkeypatch.setattr(signing, "client", client)
    assert SigningGateway().verify(ALIAS.replace(REGION, region), DIGEST, b"signed") is True
    assert elsewhere == asked
