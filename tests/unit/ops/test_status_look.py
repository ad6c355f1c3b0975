"""A look shows what is ours: what carries our name and was not bought by us counts as not there, as for the driver."""

from dataclasses import replace

from finetuning import names
from finetuning.lifecycle import ModelRecord
from ops.status.look import Lookout
from tests.unit.lifecycle import bought
from tests.unit.ops.account import Account

KNOWN = bought.record()
JOB, ENDPOINT = bought.job_facts(KNOWN), bought.endpoint_facts(KNOWN)


def removed() -> ModelRecord:
    """After the stack was destroyed."""
    released = [replace(g, released=True) for g in KNOWN.training.generations]
    return replace(KNOWN, training=replace(KNOWN.training, removed=True, generations=tuple(released)))


def test_what_was_bought_is_seen() -> None:
    """By its name and owner tags, before its ARN is noted."""
    seen = Lookout(Account(JOB, endpoints=[ENDPOINT])).observe(KNOWN)
    [job], [endpoint] = seen.jobs.values(), seen.endpoints.values()
    assert job is not None
    assert endpoint is not None
    assert (job.arn, endpoint.arn) == (JOB.arn, ENDPOINT.arn)
    assert seen.now > 0


def test_what_is_not_ours_is_not_seen() -> None:
    """Without the owner tags, or of another generation, or under another ARN than the noted one."""
    foreign = Account(replace(JOB, tags={}), endpoints=[replace(ENDPOINT, tags={})])
    other = {names.GENERATION_TAG: "9999999999-1"}
    generation = Account(
        replace(JOB, tags={**JOB.tags, **other}), endpoints=[replace(ENDPOINT, tags={**ENDPOINT.tags, **other})]
    )
    for account in (foreign, generation):
        seen = Lookout(account).observe(KNOWN)
        assert [*seen.jobs.values(), *seen.endpoints.values()] == [None, None]
    noted = KNOWN.with_endpoint(replace(KNOWN.endpoint.generations[0], arn="noted"))
    assert list(Lookout(Account(endpoints=[ENDPOINT])).observe(noted).endpoints.values()) == [None]


def test_what_was_noted_is_seen_whatever_its_tags() -> None:
    """An operator may have changed them."""
    noted = KNOWN.with_endpoint(replace(KNOWN.endpoint.generations[0], arn=ENDPOINT.arn))
    [endpoint] = Lookout(Account(endpoints=[replace(ENDPOINT, tags={})])).observe(noted).endpoints.values()
    assert endpoint is not None


def test_holders_of_a_model_that_would_be_deleted() -> None:
    """Hold tags, and endpoints that are not the record's own; nobody asks while the model is wanted."""
    other = replace(ENDPOINT, arn="another", name="another", tags={})
    account = Account(JOB, endpoints=[ENDPOINT, other], held=["prod"])
    own = removed().with_endpoint(replace(KNOWN.endpoint.generations[0], arn=ENDPOINT.arn))
    [job] = Lookout(account).observe(own).jobs.values()
    assert job is not None
    assert job.held_by == (f"{names.HOLD_TAG_PREFIX}prod", "another")
    [wanted] = Lookout(account).observe(KNOWN).jobs.values()
    assert wanted is not None
    assert wanted.held_by == ()


def test_orphans_are_looked_up_once_and_by_model() -> None:
    """Watching does not list the account each second."""
    account = Account(endpoints=[ENDPOINT])
    lookout = Lookout(account)
    assert [orphan.thing.arn for orphan in lookout.orphans()] == [ENDPOINT.arn]
    account.known_endpoints.clear()
    assert lookout.orphaned() == {"faq"}
