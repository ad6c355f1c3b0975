"""Whether the buckets with examples are there, and where."""

from collections.abc import Iterator

from finetuning.preflight.facts import AccountFacts
from finetuning.preflight.finding import Finding, Severity, Unreadable
from finetuning.preflight.standing import Standing
from finetuning.preflight.wanted import Wanted

CHECK = "bucket"


def judge(wanted: Wanted, facts: AccountFacts, stands: Standing) -> Iterator[Finding]:
    """Yield a finding for each bucket.

    Bedrock reads the staged copies, whose bucket is in the environment's Region by construction; examples elsewhere
    are copied from there, which is slower and billed (S3 pricing, data transfer).
    """
    for bucket in wanted.sources:
        found = facts.buckets.get(bucket.name)
        if isinstance(found, Unreadable):
            yield found.finding(CHECK)
        elif found is None:
            fix = "correct the URI in cdk.json, or upload the data: python -m ops data push"
            told = f"{bucket.name} does not exist"
            yield Finding(CHECK, stands.against_job, told, wanted.region, "not found", fix)
        elif not found.region:
            yield Finding(CHECK, Severity.WARNING, f"S3 does not say in which Region {bucket.name} is", wanted.region)
        elif found.region != wanted.region:
            yield Finding(
                CHECK,
                Severity.WARNING,
                f"{bucket.name} is in {found.region}; the data is copied from there to {wanted.region}, slowly and for "
                f"a fee",
                wanted.region,
                found.region,
                f"copy it once to a bucket in {wanted.region}",
            )
        else:
            yield Finding(CHECK, Severity.OK, f"{bucket.name} is in {found.region}", wanted.region, found.region)
