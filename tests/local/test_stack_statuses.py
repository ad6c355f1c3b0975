"""What DescribeStacks and DescribeStackResource say while a custom resource is at work."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.local.account import Account, eventually

#: Describes its own resource and stack before it answers; waits for a file if told to.
WITNESS = """
import json, os, time, urllib.request
import boto3

def handler(event, context):
    properties, cloudformation = event["ResourceProperties"], boto3.client("cloudformation")
    resource = cloudformation.describe_stack_resource(
        StackName=event["StackId"], LogicalResourceId=event["LogicalResourceId"])["StackResourceDetail"]
    stack = cloudformation.describe_stacks(StackName=event["StackId"])["Stacks"][0]
    seen = [event["RequestType"], resource["ResourceStatus"], stack["StackStatus"]]
    with open(properties["Journal"], "a") as journal:
        journal.write(json.dumps(seen) + "\\n")
    while event["RequestType"] == "Update" and "Gate" in properties and not os.path.exists(properties["Gate"]):
        time.sleep(0.05)
    failed = event["RequestType"] in properties.get("Fails", "")
    body = {name: event[name] for name in ("StackId", "RequestId", "LogicalResourceId")}
    body |= {"Status": "FAILED" if failed else "SUCCESS", "Reason": "as told", "PhysicalResourceId": properties["Id"]}
    content = json.dumps(body).encode()
    request = urllib.request.Request(event["ResponseURL"], content, {"Content-Type": ""}, method="PUT")
    urllib.request.urlopen(request)
"""


@pytest.fixture(scope="module")
def function(account: Account) -> str:
    """The witness."""
    return account.function("witness", WITNESS, timeout=30)


@pytest.fixture
def path(tmp_path: Path) -> Iterator[Path]:
    """Journal of one test; its gate opens at the end, so that no function waits on."""
    yield tmp_path / "journal"
    (tmp_path / "gate").touch()


def thing(function: str, path: Path, identity: str = "thing", **properties: str) -> dict[str, Any]:
    """A custom resource that journals what it sees of itself."""
    own = {"ServiceToken": function, "ServiceTimeout": 60, "Journal": str(path), "Id": identity}
    return {"Type": "Custom::Witness", "Properties": {**own, **properties}}


def seen(path: Path) -> list[list[str]]:
    """Request type, status of the resource and status of the stack at every request."""
    return [json.loads(line) for line in path.read_text().splitlines()]


def resource_status(account: Account, stack: str, logical_id: str = "Thing") -> str:
    """Status of a resource as DescribeStackResource answers."""
    described = account.client("cloudformation").describe_stack_resource(StackName=stack, LogicalResourceId=logical_id)
    return str(described["StackResourceDetail"]["ResourceStatus"])


def test_create_update_and_delete_show_themselves(account: Account, function: str, path: Path) -> None:
    """Each request sees its own operation, by the stack's id."""
    account.deploy("witness", {"Thing": thing(function, path)})
    assert resource_status(account, "witness") == "CREATE_COMPLETE"
    account.deploy("witness", {"Thing": thing(function, path, Note="other")})
    assert resource_status(account, "witness") == "UPDATE_COMPLETE"
    account.delete("witness")
    assert seen(path) == [
        ["Create", "CREATE_IN_PROGRESS", "CREATE_IN_PROGRESS"],
        ["Update", "UPDATE_IN_PROGRESS", "UPDATE_IN_PROGRESS"],
        ["Delete", "DELETE_IN_PROGRESS", "DELETE_IN_PROGRESS"],
    ]


def test_resource_added_and_removed_by_updates(account: Account, function: str, path: Path) -> None:
    """It is created, not updated, and deleted in the clean-up of the update; afterwards it is unknown."""
    kept = thing(function, path.with_name("kept"), "kept")
    account.deploy("added", {"Kept": kept})
    account.deploy("added", {"Kept": kept, "Thing": thing(function, path)})
    assert resource_status(account, "added") == "CREATE_COMPLETE"
    account.deploy("added", {"Kept": kept})
    assert seen(path) == [
        ["Create", "CREATE_IN_PROGRESS", "UPDATE_IN_PROGRESS"],
        ["Delete", "DELETE_IN_PROGRESS", "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS"],
    ]
    cloudformation = account.client("cloudformation")
    with pytest.raises(cloudformation.exceptions.ClientError, match=r"ValidationError.*does not exist"):
        resource_status(account, "added")


def test_failed_create_is_shown_until_it_is_deleted(account: Account, function: str, path: Path) -> None:
    """CREATE_FAILED, then DELETE_IN_PROGRESS while the stack rolls back."""
    account.deploy("failed", {"Thing": thing(function, path, Fails="Create")})
    assert seen(path) == [
        ["Create", "CREATE_IN_PROGRESS", "CREATE_IN_PROGRESS"],
        ["Delete", "DELETE_IN_PROGRESS", "ROLLBACK_IN_PROGRESS"],
    ]
    events = account.client("cloudformation").describe_stack_events(StackName="failed")["StackEvents"]
    statuses = [event["ResourceStatus"] for event in reversed(events) if event["LogicalResourceId"] == "Thing"]
    assert statuses == ["CREATE_IN_PROGRESS", "CREATE_FAILED", "DELETE_IN_PROGRESS", "DELETE_COMPLETE"]
    assert resource_status(account, "failed") == "DELETE_COMPLETE"


def test_failed_create_in_an_update(account: Account, function: str, path: Path) -> None:
    """Its Delete comes in the clean-up of the rollback."""
    kept = thing(function, path.with_name("kept"), "kept")
    account.deploy("failed-added", {"Kept": kept})
    account.deploy("failed-added", {"Kept": kept, "Thing": thing(function, path, Fails="Create")})
    assert seen(path) == [
        ["Create", "CREATE_IN_PROGRESS", "UPDATE_IN_PROGRESS"],
        ["Delete", "DELETE_IN_PROGRESS", "UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS"],
    ]


@pytest.mark.parametrize("identity", ["old", "new"])
def test_update_of_a_rollback(account: Account, function: str, path: Path, identity: str) -> None:
    """The Update back to the old properties sees a rollback, in place and after a replacement."""
    stack = f"rolled-back-{identity}"
    bad = {**thing(function, path.with_name("bad"), "bad", Fails="Create"), "DependsOn": "Thing"}
    account.deploy(stack, {"Thing": thing(function, path, "old")})
    account.deploy(stack, {"Thing": thing(function, path, identity, Note="other"), "Bad": bad})
    updates = seen(path)[1:3]
    assert updates == [
        ["Update", "UPDATE_IN_PROGRESS", "UPDATE_IN_PROGRESS"],
        ["Update", "UPDATE_IN_PROGRESS", "UPDATE_ROLLBACK_IN_PROGRESS"],
    ]
    assert resource_status(account, stack) == "UPDATE_COMPLETE"


def test_replaced_resource_is_cleaned_up_after_the_update(account: Account, function: str, path: Path) -> None:
    """The old physical id is deleted in the clean-up, and the resource stays UPDATE_COMPLETE."""
    account.deploy("cleaned", {"Thing": thing(function, path, "old")})
    account.deploy("cleaned", {"Thing": thing(function, path, "new")})
    assert seen(path)[2] == ["Delete", "UPDATE_COMPLETE", "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS"]


def test_deleted_stack_is_found_by_id_after_its_name_is_used_again(account: Account, function: str, path: Path) -> None:
    """By name there is the new stack, by id still the old one."""
    cloudformation = account.client("cloudformation")
    account.deploy("again", {"Thing": thing(function, path)})
    first = cloudformation.describe_stacks(StackName="again")["Stacks"][0]["StackId"]
    account.delete("again")
    with pytest.raises(cloudformation.exceptions.ClientError, match="does not exist"):
        cloudformation.describe_stacks(StackName="again")
    account.deploy("again", {"Thing": thing(function, path)})
    assert cloudformation.describe_stacks(StackName=first)["Stacks"][0]["StackStatus"] == "DELETE_COMPLETE"
    assert cloudformation.describe_stacks(StackName="again")["Stacks"][0]["StackStatus"] == "CREATE_COMPLETE"
    assert resource_status(account, first) == "DELETE_COMPLETE"


def test_cancelled_update_does_not_wait_for_its_resource(account: Account, function: str, path: Path) -> None:
    """The rollback's Update is sent while the cancelled one still runs."""
    cloudformation, gate = account.client("cloudformation"), str(path.with_name("gate"))
    account.deploy("cancelled", {"Thing": thing(function, path)})
    template = json.dumps({"Resources": {"Thing": thing(function, path, Gate=gate)}})
    cloudformation.update_stack(StackName="cancelled", TemplateBody=template)
    eventually(lambda: len(seen(path)) == 2)
    cloudformation.cancel_update_stack(StackName="cancelled")
    assert account.ended_stack("cancelled")["StackStatus"] == "UPDATE_ROLLBACK_COMPLETE"
    assert not Path(gate).exists()
    assert seen(path)[2] == ["Update", "UPDATE_IN_PROGRESS", "UPDATE_ROLLBACK_IN_PROGRESS"]
    assert "Resource update cancelled" in account.reasons("cancelled")
