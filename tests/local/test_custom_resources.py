"""The custom resource protocol."""

import http.client
import json
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.local.account import Account, eventually, journal
from tests.local.provider import SOURCE, resource


@pytest.fixture(scope="module")
def function(account: Account) -> str:
    """The scripted provider."""
    return account.function("provider", SOURCE)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Journal of one test."""
    return tmp_path / "journal"


def requests(path: Path) -> list[tuple[str, str | None]]:
    """Request type and physical id of every request."""
    return [(entry["RequestType"], entry.get("PhysicalResourceId")) for entry in journal(path)]


def fails_with(**response: Any) -> dict[str, Any]:
    """A script whose Create answers like this."""
    return {"Create": {"response": response}}


def test_failed_create_with_id_is_deleted_with_that_id(account: Account, function: str, path: Path) -> None:
    """The provider gets Delete with the physical id of its FAILED response."""
    script = fails_with(Status="FAILED", Reason="no quota", PhysicalResourceId="half-made")
    stack = account.deploy("failed-with-id", {"Thing": resource(function, path, script=script)})
    assert stack["StackStatus"] == "ROLLBACK_COMPLETE"
    assert requests(path) == [("Create", None), ("Delete", "half-made")]
    assert "Message returned: no quota (RequestId: " in account.reasons("failed-with-id")


def test_failed_create_without_id_is_deleted_with_a_generated_id(account: Account, function: str, path: Path) -> None:
    """CloudFormation invents a physical id when the FAILED response had none."""
    script = fails_with(Status="FAILED", Reason="early", PhysicalResourceId=None)
    account.deploy("failed-without-id", {"Thing": resource(function, path, script=script)})
    deleted = requests(path)[1]
    assert deleted[0] == "Delete"
    assert str(deleted[1]).startswith("failed-without-id-Thing-")


def test_failed_create_in_an_update_is_deleted(account: Account, function: str, path: Path) -> None:
    """A resource added by a failing update is deleted when the update rolls back; the others stay."""
    kept = resource(function, path, "kept")
    account.deploy("failed-in-update", {"Kept": kept})
    added = resource(function, path, script=fails_with(Status="FAILED", PhysicalResourceId="half-made"))
    stack = account.deploy("failed-in-update", {"Kept": kept, "Added": added})
    assert stack["StackStatus"] == "UPDATE_ROLLBACK_COMPLETE"
    assert requests(path) == [("Create", None), ("Create", None), ("Delete", "half-made")]


def test_failed_create_without_rollback_is_deleted_with_the_stack(account: Account, function: str, path: Path) -> None:
    """A stack kept after its failure still deletes what half exists."""
    script = fails_with(Status="FAILED", PhysicalResourceId="half-made")
    body = json.dumps({"Resources": {"Thing": resource(function, path, script=script)}})
    cloudformation = account.client("cloudformation")
    cloudformation.create_stack(StackName="kept-failure", TemplateBody=body, DisableRollback=True)
    assert account.ended_stack("kept-failure")["StackStatus"] == "CREATE_FAILED"
    assert account.delete("kept-failure") == "DELETE_COMPLETE"
    assert requests(path) == [("Create", None), ("Delete", "half-made")]


@pytest.mark.parametrize(("size", "status"), [(4096, "CREATE_COMPLETE"), (4097, "ROLLBACK_COMPLETE")])
def test_response_of_more_than_4096_bytes_fails(
    account: Account, function: str, path: Path, size: int, status: str
) -> None:
    """4,096 bytes are accepted, one more is not."""
    thing = resource(function, path, script={"Create": {"pad_to": size}})
    assert account.deploy(f"size-{size}", {"Thing": thing})["StackStatus"] == status


@pytest.mark.parametrize(
    "response",
    [{"RequestId": "other"}, {"PhysicalResourceId": None}, {"PhysicalResourceId": "x" * 1025}, {"Status": "OK"}],
)
def test_unacceptable_response_fails(
    account: Account, function: str, path: Path, response: dict[str, Any], request: pytest.FixtureRequest
) -> None:
    """Foreign request ids, missing or overlong physical ids and unknown statuses are refused."""
    name = f"unacceptable-{request.node.callspec.indices['response']}"
    stack = account.deploy(name, {"Thing": resource(function, path, script=fails_with(**response))})
    assert stack["StackStatus"] == "ROLLBACK_COMPLETE"


def test_raising_handler_is_tried_three_times_then_the_resource_times_out(account: Account, path: Path) -> None:
    """Two retries, the on-failure destination, no answer until ServiceTimeout; then Delete with an invented id."""
    function = account.function("raising", SOURCE)
    queue = account.client("sqs").create_queue(QueueName="given-up")["QueueUrl"]
    arn = account.client("sqs").get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"][
        "QueueArn"
    ]
    account.client("lambda").put_function_event_invoke_config(
        FunctionName="raising", DestinationConfig={"OnFailure": {"Destination": arn}}
    )
    thing = resource(function, path, script={"Create": {"raise": "boom"}})
    stack = account.deploy("raising", {"Thing": thing})
    assert stack["StackStatus"] == "ROLLBACK_COMPLETE"
    assert [kind for kind, _ in requests(path)] == ["Create", "Create", "Create", "Delete"]
    assert len({entry["RequestId"] for entry in journal(path)[:3]}) == 1
    assert "did not receive a response" in account.reasons("raising")
    messages = account.client("sqs").receive_message(QueueUrl=queue)["Messages"]
    given_up = json.loads(messages[0]["Body"])
    assert given_up["responsePayload"]["errorType"] == "KeyError"
    assert given_up["requestPayload"]["RequestType"] == "Create"


def test_response_url_serves_no_longer_than_the_request(account: Account, function: str, path: Path) -> None:
    """An answer after the resource is done gets 403."""
    account.deploy("late-answer", {"Thing": resource(function, path)})
    url = urlsplit(journal(path)[0]["ResponseURL"])
    connection = http.client.HTTPConnection(url.netloc)
    connection.request("PUT", url.path, b"{}")
    assert connection.getresponse().status == 403


def test_replaced_resource_is_sent_update_before_delete_on_rollback(
    account: Account, function: str, path: Path
) -> None:
    """The rollback of a replacement is Update with the old properties, then Delete of the new id."""
    account.deploy("replaced", {"Thing": resource(function, path, "old")})
    bad = resource(function, path.with_name("bad"), script=fails_with(Status="FAILED"))
    stack = account.deploy("replaced", {"Thing": resource(function, path, "new"), "Bad": {**bad, "DependsOn": "Thing"}})
    assert stack["StackStatus"] == "UPDATE_ROLLBACK_COMPLETE"
    assert requests(path) == [("Create", None), ("Update", "old"), ("Update", "new"), ("Delete", "new")]
    assert journal(path)[2]["ResourceProperties"]["Id"] == "old"
    described = account.client("cloudformation").describe_stack_resource(
        StackName="replaced", LogicalResourceId="Thing"
    )
    assert described["StackResourceDetail"]["PhysicalResourceId"] == "old"


def test_replaced_resource_is_deleted_after_the_update(account: Account, function: str, path: Path) -> None:
    """A successful replacement ends with Delete of the old id."""
    account.deploy("replaced-well", {"Thing": resource(function, path, "old")})
    account.deploy("replaced-well", {"Thing": resource(function, path, "new")})
    seen = eventually(lambda: requests(path) if len(requests(path)) == 3 else None)
    assert seen == [("Create", None), ("Update", "old"), ("Delete", "old")]


def test_properties_arrive_as_strings(account: Account, function: str, path: Path) -> None:
    """Numbers and booleans of the template reach the provider as strings."""
    thing = resource(function, path)
    thing["Properties"] |= {"Count": 3, "Enabled": False, "Deep": {"Rate": [0.5]}}
    account.deploy("stringified", {"Thing": thing})
    properties = journal(path)[0]["ResourceProperties"]
    assert (properties["Count"], properties["Enabled"], properties["Deep"]) == ("3", "false", {"Rate": ["0.5"]})
