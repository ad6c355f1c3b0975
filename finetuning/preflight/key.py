"""Whether the key can encrypt custom models."""

from collections.abc import Iterator

from finetuning.preflight.facts import AccountFacts
from finetuning.preflight.finding import Finding, Severity, Unreadable
from finetuning.preflight.standing import Standing
from finetuning.preflight.wanted import Wanted

CHECK = "key"


def judge(wanted: Wanted, facts: AccountFacts, stands: Standing) -> Iterator[Finding]:
    """Yield what is wrong with the key, or that nothing is.

    Source: Bedrock User Guide, 'Encryption of custom models' (a symmetric customer managed key), and KMS Developer
    Guide, 'Key states of AWS KMS keys'.
    """
    if not wanted.key_arn:
        yield Finding(CHECK, Severity.OK, "made by the deployment")
        return
    found = facts.key
    if isinstance(found, Unreadable):
        yield found.finding(CHECK)
        return
    if found is None:
        fix = "correct key_arn in cdk.json, or leave it out to have one made"
        yield Finding(CHECK, stands.against_job, f"{wanted.key_arn} does not exist", "Enabled", "not found", fix)
        return
    region = found.arn.split(":")[3]
    checks = (
        ("state", "Enabled", found.state, f"aws kms enable-key --key-id {found.arn} --region {region}"),
        ("usage", "ENCRYPT_DECRYPT", found.usage, "name a key for encryption, or leave key_arn out"),
        ("type", "SYMMETRIC_DEFAULT", found.spec, "name a symmetric key, or leave key_arn out"),
        ("Region", wanted.region, region, "name a key of the environment's Region, or leave key_arn out"),
    )
    wrong = [
        Finding(CHECK, stands.against_job, f"the {what} of {found.arn} is {has}, needed is {needed}", needed, has, fix)
        for what, needed, has, fix in checks
        if has != needed
    ]
    yield from wrong
    if not wrong:
        yield Finding(CHECK, Severity.OK, f"{found.arn} is enabled", "Enabled", found.state)
