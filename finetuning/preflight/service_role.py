"""Whether Bedrock may assume the service role: what its trust policy says.

Source: Bedrock User Guide, 'Create a service role for model customization', trust relationship.
"""

from collections.abc import Iterator

from finetuning.preflight.facts import AccountFacts, Role
from finetuning.preflight.finding import Finding, Severity, Unreadable
from finetuning.preflight.standing import Standing
from finetuning.preflight.trust import Trust, trusts
from finetuning.preflight.wanted import Wanted

CHECK = "service role"
PRINCIPAL = "bedrock.amazonaws.com"


def judge(wanted: Wanted, facts: AccountFacts, stands: Standing) -> Iterator[Finding]:
    """Yield whether Bedrock may assume the role for this account's customization jobs."""
    if not wanted.service_role_arn:
        yield Finding(CHECK, Severity.OK, "made by the deployment")
        return
    found = facts.role
    if isinstance(found, Unreadable):
        yield found.finding(CHECK)
    elif found is None:
        fix = "correct service_role_arn in cdk.json, or leave it out to have one made"
        yield Finding(
            CHECK, stands.against_job, f"{wanted.service_role_arn} does not exist", PRINCIPAL, "not found", fix
        )
    else:
        yield _trust(wanted, found, stands)


def _trust(wanted: Wanted, role: Role, stands: Standing) -> Finding:
    partition = role.arn.split(":")[1]
    jobs = f"arn:{partition}:bedrock:{wanted.region}:{wanted.account}:model-customization-job/"
    context = {
        "aws:sourceaccount": wanted.account,
        # The last part is Bedrock's choice, once there is a job.
        "aws:sourcearn": f"{jobs}{wanted.base_model.customization_id}/abcdefghijkl",
    }
    outcome = trusts(role.trust, PRINCIPAL, context)
    needed = f"let {PRINCIPAL} assume it, with aws:SourceAccount {wanted.account} and aws:SourceArn {jobs}*"
    if outcome is Trust.NO:
        told = f"the trust policy of {role.arn} does not let {PRINCIPAL} assume it for jobs of this account and Region"
        return Finding(CHECK, stands.against_job, told, PRINCIPAL, "not trusted", needed)
    if outcome is Trust.UNKNOWN:
        told = f"the trust policy of {role.arn} has conditions that preflight cannot judge"
        return Finding(CHECK, Severity.WARNING, told, PRINCIPAL, "unknown", needed)
    if outcome is Trust.ANYBODY:
        told = f"the trust policy of {role.arn} does not say for whom {PRINCIPAL} may assume it (confused deputy)"
        return Finding(CHECK, Severity.WARNING, told, PRINCIPAL, "trusted for any account", needed)
    return Finding(CHECK, Severity.OK, f"{PRINCIPAL} may assume {role.arn}", PRINCIPAL, "trusted")
