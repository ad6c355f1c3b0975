"""Whether a manifest is the source's own, and whether what it speaks of is there."""

from finetuning import names
from finetuning.manifest import Manifest
from lambdas.gateways.signing import SigningGateway
from ops.promotion.source import NotPromotableError, Signed
from ops.session import Session


def trusted_key(manifest: Manifest, given: str | None) -> str:
    """The key that the source's manifests must be signed with: the one that is configured, else by its alias.

    Args:
        manifest: what was signed.
        given: `promotion.manifest_key_arn`.
    """
    if given:
        return given
    _, partition, *_ = [*manifest.custom_model_arn.split(":"), "", "aws"]
    alias = names.manifest_alias(manifest.project, manifest.environment)
    return f"arn:{partition}:kms:{manifest.region}:{manifest.account}:{alias}"


def require_signature(session: Session, signed: Signed, given: str | None) -> str:
    """Verify a manifest's signature, and return the key that made it.

    Raises:
        NotPromotableError: it is not that key's.
        SigningError: KMS could not say.
    """
    key = trusted_key(signed.manifest, given)
    kms = SigningGateway(kms=session.client_in("kms", key.split(":")[3]))
    if not kms.verify(key, signed.digest, signed.signature.signature):
        raise NotPromotableError(
            f"the signature of manifest {signed.digest} is not one of {key}: manifest or signature were changed, or "
            "another environment signed it; nothing is promoted from it. Restore the files from git, or promote anew"
        )
    return key


def absences(session: Session, manifest: Manifest) -> list[str]:
    """What a manifest names and the account does not have, or has otherwise."""
    job = session.details().job(manifest.job.arn)
    if job is None:
        return [f"customization job {manifest.job.arn} does not exist"]
    found = []
    if job.model_arn != manifest.custom_model_arn:
        found.append(f"customization job {job.arn} made {job.model_arn or 'no model'}, not {manifest.custom_model_arn}")
    elif job.model_status != "Active":
        found.append(f"custom model {job.model_arn} is {job.model_status or 'gone'}, and not Active")
    if job.name != manifest.job.name:
        found.append(f"customization job {job.arn} is called {job.name!r}, and not {manifest.job.name!r}")
    return found
