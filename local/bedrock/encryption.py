"""What Bedrock asks of KMS before it uses a customer managed key.

Source: Bedrock User Guide, "Encryption of custom models": who customizes a model needs kms:Decrypt,
kms:GenerateDataKey, kms:DescribeKey and kms:CreateGrant through Bedrock, who serves or invokes it kms:Decrypt.
Undocumented, and so our choice: the identity that is checked is the caller's (as in the guide's CloudTrail sample), and
the errors' codes and texts.
"""

from local.bedrock.protocol import Call
from local.bedrock.protocol.faults import validation
from local.bedrock.site import Site

_CUSTOMIZE = ("kms:DescribeKey", "kms:GenerateDataKey", "kms:Decrypt", "kms:CreateGrant")


def require_usable_key(site: Site, call: Call, identifier: str) -> str:
    """The ARN of a key with which the caller may encrypt a custom model.

    Raises:
        Fault: `ValidationException`, if the key does not exist or is not enabled; `AccessDeniedException`.
    """
    key = site.neighbours.key(identifier)
    if key is None:
        raise validation(f"The KMS key {identifier} does not exist in this account and Region.")
    for action in _CUSTOMIZE:
        _authorize(site, call, action, key.arn)
    if not key.enabled:
        raise validation(f"The KMS key {key.arn} is not enabled.")
    return key.arn


def require_decryption(site: Site, call: Call, key_arn: str | None) -> None:
    """Require that the caller may decrypt a custom model; None means an AWS owned key, which everybody may use.

    The key of a model that is copied is in the Region of the model.

    Raises:
        Fault: `ValidationException`, if the key is no longer usable; `AccessDeniedException`.
    """
    if key_arn is None:
        return
    _authorize(site, call, "kms:Decrypt", key_arn)
    key = site.neighbours.key_of(key_arn)
    if key is None or not key.enabled:
        raise validation(f"The KMS key {key_arn} of the custom model is not enabled.")


def _authorize(site: Site, call: Call, action: str, key_arn: str) -> None:
    keys = {"kms:ViaService": f"bedrock.{site.region}.amazonaws.com", "kms:CallerAccount": site.account}
    if action == "kms:CreateGrant":
        keys["kms:GrantIsForAWSResource"] = "true"
    site.neighbours.authorize(call.headers, action, key_arn, keys)
