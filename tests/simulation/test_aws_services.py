"""The simulated services around Bedrock: events, notices, parameters, objects and items."""

import io
import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest
from botocore.exceptions import ClientError

from lambdas.gateways.storage import ObjectDeniedError, ObjectUnreadableError, S3Head
from lambdas.gateways.uploads import PART_BYTES
from tests.contract.gateways.place import another_name, job_once, started
from tests.contract.gateways.simulated import SimulatedPlace, checked
from tests.simulation.aws.account import TOPIC_ARN, Account
from tests.simulation.aws.bus import BusRates, Event, a_job_event
from tests.simulation.aws.client import Client
from tests.simulation.aws.things import Job
from tests.simulation.kernel import Fault, World

KEY_ARN = "arn:aws:kms:us-west-2:111122223333:key/11111111-2222-3333-4444-555555555555"
OWNER = {"key_arn": KEY_ARN, "account": "111122223333"}


def test_job_tells_its_states() -> None:
    """As the real events are: the field is `jobStatus`."""
    place = SimulatedPlace("provisioned")
    events: list[Event] = []
    place.account.bus.target = events.append
    name = another_name()
    arn = started(place, place.request(name))
    job_once(place, name, lambda job: job.model_status == "Active")
    place.world.run()
    assert events == [a_job_event(name, arn, status) for status in ("InProgress", "Completed")]
    json.dumps(events)


def delivered(**rates: float) -> tuple[Counter[str], list[str]]:
    """How often each of 500 events was delivered, and in which order."""
    world = World(5)
    account, order = Account(world), list[str]()
    account.bus.rates = BusRates(**rates)
    account.bus.target = lambda event: order.append(event["detail"]["jobName"])
    for number in range(500):
        job = Job(f"arn:{number}", f"job-{number}", 0.0, {}, "Completed")
        world.after(number * 60.0, lambda job=job: account.bus.tell(job))  # type: ignore[misc]
    world.run()
    return Counter(order), order


def test_events_come_once_and_in_order_unless_they_do_not() -> None:
    """Best effort (faults D01 to D04)."""
    counts, order = delivered()
    assert order == [f"job-{number}" for number in range(500)]
    assert delivered(drop=1.0, duplicate=1.0)[0] == {}
    assert 200 < delivered(drop=0.5)[0].total() < 300
    assert set(delivered(duplicate=1.0)[0].values()) == {2}
    late, late_order = delivered(late=0.3)
    assert late == counts
    assert late_order != order
    foreign, _ = delivered(foreign=1.0)
    assert sum(name.startswith("somebody-") for name in foreign) == 500


@pytest.mark.parametrize(
    ("subject", "text"), [("", "text"), ("x" * 101, "text"), ("é", "text"), ("two\nlines", "text"), ("subject", "")]
)
def test_topic_refuses_what_sns_refuses(subject: str, text: str) -> None:
    """The gateway cuts subjects to fit."""
    account = Account(World(1))
    sns: Any = Client(account.world, "sns", account.topic.operations())
    with pytest.raises(ClientError, match="InvalidParameter"):
        sns.publish(TopicArn=TOPIC_ARN, Subject=subject, Message=text)
    account.notices().publish("failed", "why")
    assert [(notice.subject, notice.text) for notice in account.topic.notices] == [("failed", "why")]


def test_pointer_has_a_history() -> None:
    """The oracle sees what applications saw."""
    account = Account(World(1))
    seen: list[tuple[str, str]] = []
    account.parameters.written = lambda name, value: seen.append((name, value))
    account.pointer().publish("/a/b", "one")
    account.pointer().withdraw("/a/b")
    account.pointer().withdraw("/a/b")
    assert seen == account.parameters.history
    assert (account.parameters.history, account.parameters.values) == ([("/a/b", "one"), ("/a/b", "")], {})


def test_operation_that_is_not_simulated_says_so() -> None:
    """It is the simulator's gap, not the code's mistake."""
    account = Account(World(1))
    client: Any = Client(account.world, "ssm", account.parameters.operations())
    with pytest.raises(NotImplementedError, match="no get_parameters_by_path"):
        client.get_parameters_by_path(Path="/")


def test_object_is_written_in_parts_read_and_copied() -> None:
    """The real storage gateway, as the dataset resource uses it."""
    account = Account(World(1))
    storage, content = account.storage(), b"x" * (PART_BYTES + 5)
    upload = storage.begin("data", "incoming/a", **OWNER)
    upload.write(content)
    assert not storage.exists("data", "incoming/a")
    version = upload.complete()
    assert (account.objects.read("data", "incoming/a"), account.objects.uploads) == (content, {})
    source = S3Head("s3://data/incoming/a", "data", "incoming/a", len(content), version, "", {})
    storage.copy(source, "data", "datasets/a", **OWNER)
    storage.delete_version("data", "incoming/a", version)
    assert [storage.exists("data", key) for key in ("incoming/a", "datasets/a")] == [False, True]
    with storage.open("s3://data/datasets/a").stream as stream:
        assert stream.read() == content
    storage.put(b"{}", "data", "reports/a.json", content_type="application/json", **OWNER)
    assert account.objects.read("data", "reports/a.json") == b"{}"


def test_upload_that_is_given_up_leaves_nothing() -> None:
    """Parts that nobody sees are billed."""
    account = Account(World(1))
    upload = account.storage().begin("data", "incoming/a", **OWNER)
    assert len(account.objects.uploads) == 1
    upload.abort()
    assert (account.objects.uploads, account.objects.versions) == ({}, {})


def test_object_that_is_missing_denied_or_changed_cannot_be_read() -> None:
    """In the gateway's words (faults B03, F02)."""
    account = Account(World(1))
    storage = account.storage()
    with pytest.raises(ObjectUnreadableError, match="404"):
        storage.head("s3://data/none")
    account.objects.put("data", "a", b"one")
    account.objects.denied = 1
    with pytest.raises(ObjectDeniedError):
        storage.head("s3://data/a")
    head = storage.head("s3://data/a")
    account.objects.put("data", "a", b"two")
    with storage.open(head).stream as stream:
        assert stream.read() == b"one"
    with pytest.raises(ObjectUnreadableError, match="PreconditionFailed"):
        storage.open(replace(head, version=""))
    account.objects.versions["data", "a"].pop(0)
    with pytest.raises(ObjectUnreadableError, match="NoSuchKey"):
        storage.open(head)


class Once:
    """Strikes the first call of an operation."""

    def __init__(self, operation: str, fault: Fault) -> None:
        self._operation, self._fault = operation, fault

    def strike(self, call: Any) -> Fault | None:
        """The fault of this call."""
        if call.operation != self._operation:
            return None
        self._operation = ""
        return self._fault


def test_write_whose_reply_is_lost_is_stale_when_it_is_tried_again() -> None:
    """The writer cannot know that it was its own (fault A10)."""
    world = World(1, faults=Once("dynamodb.put_item", Fault.after(TimeoutError())))
    account, outcomes = Account(world), list[object]()

    def code() -> None:
        with pytest.raises(TimeoutError):
            account.registry_table().write("faq", "one", over=0)
        account.registry_table().write("faq", "one", over=0)

    world.spawn("writer", code, ended=outcomes.append)
    world.run()
    assert [type(outcome).__name__ for outcome in outcomes] == ["StaleVersionError"]
    assert account.registry_table().read("faq") == ("one", 1)


def test_account_can_be_held_to_the_service_models() -> None:
    """A request that botocore would refuse fails the test that makes it."""
    account = Account(World(1), check=checked)
    client: Any = Client(account.world, "ssm", account.parameters.operations(), checked)
    with pytest.raises(AssertionError, match="Nme is unknown"):
        client.get_parameter(Nme="x")
    account.pointer().publish("/a/b", "one")


def test_body_of_an_object_is_a_stream() -> None:
    """As botocore's."""
    account = Account(World(1))
    account.objects.put("data", "a", b"0123456789")
    s3: Any = Client(account.world, "s3", account.objects.operations())
    found: Mapping[str, Any] = s3.get_object(Bucket="data", Key="a", Range="bytes=4-")
    assert isinstance(found["Body"], io.BytesIO)
    assert found["Body"].read() == b"456789"
