"""Emptying a bucket before CloudFormation deletes it, and no other bucket."""

from lambdas.bucket_emptying.resource import EmptiedBucket
from lambdas.responder import Answer
from tests.fakes.buckets import FakeBuckets
from tests.fakes.cloudformation import a_request
from tests.fakes.stacks import FakeStacks

PROPERTIES = {"BucketName": "data"}


def two_buckets() -> FakeBuckets:
    """Two buckets with an object each."""
    return FakeBuckets({"data": ["a"], "other": ["b"]})


def test_create_deletes_nothing_and_is_known_by_the_buckets_name() -> None:
    """The physical id is the bucket, so another bucket is a replacement."""
    buckets = two_buckets()
    assert EmptiedBucket(buckets, FakeStacks()).apply(a_request(properties=PROPERTIES)) == Answer("data")
    assert buckets.objects == {"data": ["a"], "other": ["b"]}


def test_delete_empties_exactly_its_bucket() -> None:
    """Other buckets keep what they have."""
    buckets = two_buckets()
    EmptiedBucket(buckets, FakeStacks()).delete(a_request("Delete", properties=PROPERTIES, physical_id="data"))
    assert buckets.objects == {"data": [], "other": ["b"]}


def test_delete_after_a_failed_create_touches_nothing() -> None:
    """A failed Create is answered with an allocated id, which is no bucket's name (invariant I2)."""
    buckets = two_buckets()
    EmptiedBucket(buckets, FakeStacks()).delete(
        a_request("Delete", properties=PROPERTIES, physical_id="Emptied-0123456789abcdef")
    )
    assert buckets.objects == {"data": ["a"], "other": ["b"]}


def test_delete_of_a_bucket_that_is_gone_succeeds() -> None:
    """Somebody deleted it by hand (fault A23)."""
    buckets = FakeBuckets({})
    EmptiedBucket(buckets, FakeStacks()).delete(a_request("Delete", properties=PROPERTIES, physical_id="data"))
    assert buckets.objects == {}


def test_delete_while_the_stack_stays_keeps_the_data() -> None:
    """Changing the removal policy to retain removes the resource, not the data (invariant I2)."""
    buckets = two_buckets()
    resource = EmptiedBucket(buckets, FakeStacks(going=False))
    resource.delete(a_request("Delete", properties=PROPERTIES, physical_id="data"))
    assert buckets.objects == {"data": ["a"], "other": ["b"]}
