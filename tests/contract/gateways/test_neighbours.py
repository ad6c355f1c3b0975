"""The services around Bedrock: the registry's table, the pointer, the notices, the driver's executions."""

import pytest

from lambdas.gateways.registry_table import StaleVersionError
from tests.contract.gateways.driver_function import FAILS, PARKS, SETTLES
from tests.contract.gateways.place import Neighbours, Place

pytestmark = pytest.mark.xdist_group("gateways")


def test_record_is_written_only_over_the_version_that_was_read(neighbours: Neighbours) -> None:
    """The fence of everything: of two writers one hears that it was late."""
    table = neighbours.table
    assert table.read("faq") is None
    assert table.write("faq", "one", over=0) == 1
    assert table.write("faq", "two", over=1) == 2
    for over in (0, 1, 3):
        with pytest.raises(StaleVersionError, match=f"changed since version {over}"):
            table.write("faq", "late", over=over)
    with pytest.raises(StaleVersionError):
        table.write("never", "late", over=1)
    assert (table.read("faq"), table.read("never")) == (("two", 2), None)


def test_every_record_is_listed_and_nothing_else(neighbours: Neighbours) -> None:
    """Over all pages; the answers in the same table are no records."""
    for number in range(8):
        neighbours.table.write(f"model-{number}", f"document {number}", over=0)
        neighbours.answers.keep(f"request-{number}", b"{}")
    expected = [(f"model-{number}", f"document {number}", 1) for number in range(8)]
    listed = list(neighbours.table.all())
    assert sorted(found for found in listed if found[0].startswith("model-")) == expected
    assert {found[0] for found in listed} - {model for model, _, _ in expected} <= {"faq"}


def test_first_answer_is_kept(neighbours: Neighbours) -> None:
    """Every delivery of a request gets the same (faults A05, A06)."""
    answers = neighbours.answers
    assert answers.find("r") is None
    assert answers.keep("r", b'{"first": 1}') == b'{"first": 1}'
    assert answers.keep("r", b'{"second": 2}') == answers.find("r") == b'{"first": 1}'


def test_pointer_is_published_overwritten_and_withdrawn_twice(neighbours: Neighbours) -> None:
    """Nothing is there before the first model serves."""
    pointer, name = neighbours.pointer, "/finetuning/dev/suite/endpoint"
    assert pointer.read(name) is None
    for arn in ("arn:one", "arn:two"):
        pointer.publish(name, arn)
    assert pointer.read(name) == "arn:two"
    pointer.withdraw(name)
    pointer.withdraw(name)
    assert pointer.read(name) is None


def test_any_notice_can_be_published(neighbours: Neighbours) -> None:
    """SNS takes a subject of 100 ASCII characters and refuses others."""
    neighbours.notices.publish("faq: customization job failed", "It said: é")
    neighbours.notices.publish("é" * 300, "long")


def test_execution_runs_once_under_its_name(place: Place, neighbours: Neighbours) -> None:
    """Unknown before; started again while it runs and after: nothing more (fault D07)."""
    driver = neighbours.driver
    assert driver.status("settles-1") is None
    driver.start(SETTLES, "settles-1")
    driver.start(SETTLES, "settles-1")
    place.eventually(lambda: driver.status("settles-1") == "SUCCEEDED")
    driver.start(SETTLES, "settles-1")
    assert driver.status("settles-1") == "SUCCEEDED"


def test_execution_whose_function_fails_ends_as_failed(place: Place, neighbours: Neighbours) -> None:
    """After its retries; its name is spent."""
    neighbours.driver.start(FAILS, "fails-1")
    assert neighbours.driver.status("fails-1") == "RUNNING"
    place.eventually(lambda: neighbours.driver.status("fails-1") == "FAILED")


def test_parked_execution_is_woken_once(place: Place, neighbours: Neighbours) -> None:
    """Events come twice and late, and some tokens are nobody's (faults D02, D03)."""
    neighbours.driver.start(PARKS, "parks-1")
    (token,) = place.eventually(lambda: neighbours.tokens("parks-1"))
    assert neighbours.driver.status("parks-1") == "RUNNING"
    neighbours.parked.wake(token)
    neighbours.parked.wake(token)
    neighbours.parked.wake("nobody's")
    place.eventually(lambda: neighbours.driver.status("parks-1") == "SUCCEEDED")
    neighbours.parked.wake(token)
    assert len(neighbours.tokens("parks-1")) == 1


def test_parked_execution_looks_by_itself_after_its_wait(place: Place, neighbours: Neighbours) -> None:
    """No event ever comes (fault D01); the token is spent then."""
    neighbours.driver.start(PARKS, "parks-2")
    place.eventually(lambda: neighbours.driver.status("parks-2") == "SUCCEEDED")
    (token,) = neighbours.tokens("parks-2")
    neighbours.parked.wake(token)
