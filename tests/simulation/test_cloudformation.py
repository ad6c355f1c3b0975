"""The CloudFormation of the simulation: order, statuses, rollback in both variants, cancel, timeouts."""

from itertools import groupby

import pytest

from tests.simulation.cloudformation import GetAtt, StackBusyError
from tests.simulation.desk import NAME, Desk, both
from tests.simulation.requests import UsedUrlError


def test_resources_are_made_in_order_and_deleted_in_the_reverse_order() -> None:
    desk = Desk()
    assert desk.deploy(both()).status == "CREATE_COMPLETE"
    desk.cloudformation.destroy(NAME)
    stack = desk.wait()
    assert stack.status == "DELETE_COMPLETE"
    assert desk.asked == ["Create Job", "Create Endpoint", "Delete Endpoint Endpoint-1", "Delete Job Job-1"]
    assert [status for status, _ in groupby(moment.status for moment in stack.history)] == [
        "CREATE_IN_PROGRESS",
        "CREATE_COMPLETE",
        "DELETE_IN_PROGRESS",
        "DELETE_COMPLETE",
    ]


def test_properties_arrive_as_strings_all_the_way_down() -> None:
    desk = Desk()
    desk.deploy({"Job": {"Epochs": 2, "Flag": True, "Deep": {"Rate": 5e-05, "List": [1, False]}}})
    _, event = desk.sent[0]
    assert event["ResourceProperties"] == {
        "Epochs": "2",
        "Flag": "true",
        "Deep": {"Rate": "5e-05", "List": ["1", "false"]},
    }


def test_an_attribute_of_another_resource_is_handed_on() -> None:
    desk = Desk()
    desk.deploy({"Job": {}, "Endpoint": {"Of": GetAtt("Job", "JobName")}})
    assert desk.sent[1][1]["ResourceProperties"] == {"Of": "n"}


@pytest.mark.parametrize("missing", ["Job", "Endpoint"])
def test_a_missing_attribute_fails_the_stack(missing: str) -> None:
    desk = Desk()
    desk.answers[f"Create {missing}"] = {"Data": {}}
    stack = desk.deploy({"Job": {}, "Endpoint": {"Of": GetAtt("Job", "JobName")}})
    assert stack.status == "ROLLBACK_COMPLETE"


def test_only_what_changed_is_updated() -> None:
    desk = Desk()
    desk.deploy(both())
    assert desk.deploy(both(units=2)).status == "UPDATE_COMPLETE"
    assert desk.asked[2:] == ["Update Endpoint Endpoint-1"]
    assert desk.sent[-1][1]["OldResourceProperties"] == {"Units": "1"}


def test_a_new_physical_id_is_a_replacement_and_the_old_one_is_deleted_at_the_end() -> None:
    desk = Desk()
    desk.deploy(both())
    desk.answers["Update Job"] = {"PhysicalResourceId": "Job-2"}
    desk.answers["Delete Job"] = {"Status": "FAILED"}
    stack = desk.deploy(both(epochs=3, units=3))
    assert desk.asked[2:] == ["Update Job Job-1", "Update Endpoint Endpoint-1", "Delete Job Job-1"]
    assert desk.sent[-1][1]["ResourceProperties"] == {"Epochs": "2"}
    assert stack.status == "UPDATE_COMPLETE"  # although the clean-up failed
    assert "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS" in [moment.status for moment in stack.history]


def test_a_removed_resource_is_deleted_at_the_end() -> None:
    desk = Desk()
    desk.deploy(both())
    assert desk.deploy({"Job": {"Epochs": 2}}).status == "UPDATE_COMPLETE"
    assert desk.asked[2:] == ["Delete Endpoint Endpoint-1"]


def test_a_failed_create_is_rolled_back_with_the_id_of_its_answer() -> None:
    desk = Desk()
    desk.answers["Create Endpoint"] = {"Status": "FAILED", "PhysicalResourceId": "Endpoint-x"}
    stack = desk.deploy(both())
    assert stack.status == "ROLLBACK_COMPLETE"
    assert desk.asked[2:] == ["Delete Endpoint Endpoint-x", "Delete Job Job-1"]


@pytest.mark.parametrize("invented", ["name", "uuid"])
def test_a_create_that_was_never_answered_is_deleted_under_an_invented_id(invented: str) -> None:
    desk = Desk(invented=invented)
    desk.answers["Create Job"] = None
    stack = desk.deploy(both(), seconds=599.0)
    assert stack.status == "CREATE_IN_PROGRESS"
    stack = desk.wait()
    assert stack.status == "ROLLBACK_COMPLETE"
    physical_id = desk.sent[1][1]["PhysicalResourceId"]
    assert physical_id.startswith(f"{NAME}-Job-") == (invented == "name")
    outcome = desk.requests[0].outcome
    assert outcome is not None
    assert outcome.how == "timed out"


def test_a_failure_cancels_what_is_in_flight_and_late_answers_are_refused() -> None:
    desk = Desk()
    desk.answers["Create Job"] = None
    template = {**both(), "Other": {"Seconds": 10, "Fails": True}}
    stack = desk.deploy(template, seconds=12.5)
    assert stack.status == "ROLLBACK_IN_PROGRESS"
    outcome = desk.requests[0].outcome
    assert outcome is not None
    assert (outcome.how, outcome.reason) == ("cancelled", "Resource creation cancelled")
    desk.answers["Create Job"] = {}
    with pytest.raises(UsedUrlError):
        desk.answer(desk.sent[0][1])
    stack = desk.wait()
    assert stack.status == "ROLLBACK_COMPLETE"
    assert [line.split()[:2] for line in desk.asked[1:]] == [["Delete", "Job"]]


def test_a_second_answer_is_ignored_where_the_bucket_takes_it() -> None:
    desk = Desk(takes_again=True)
    desk.automatic = False
    desk.deploy({"Job": {}}, seconds=5.0)
    desk.answer(desk.sent[0][1])
    desk.answer(desk.sent[0][1], Status="FAILED")
    assert desk.wait().status == "CREATE_COMPLETE"
    assert len(desk.requests[0].answers) == 2


@pytest.mark.parametrize("rolls_back_by", ["update", "delete"])
def test_a_replacement_is_rolled_back_in_both_ways(rolls_back_by: str) -> None:
    desk = Desk(rolls_back_by=rolls_back_by)
    desk.deploy(both())
    desk.answers["Update Job"] = {"PhysicalResourceId": "Job-2"}
    desk.answers["Update Endpoint"] = {"Status": "FAILED"}
    desk.cloudformation.deploy(NAME, both(epochs=3, units=3))
    while desk.wait(1.0).status != "UPDATE_ROLLBACK_IN_PROGRESS":
        pass
    desk.answers["Update Job"] = {"PhysicalResourceId": "Job-3"}
    desk.answers["Update Endpoint"] = {}
    stack = desk.wait()
    assert stack.status == "UPDATE_ROLLBACK_COMPLETE"
    undone = ["Update Job Job-2"] if rolls_back_by == "update" else []
    assert desk.asked[4:] == [*undone, "Update Endpoint Endpoint-1", "Delete Job Job-2"]
    version = stack.resources["Job"].version
    assert version is not None
    assert version.physical_id == ("Job-3" if rolls_back_by == "update" else "Job-1")
    assert version.properties == {"Epochs": "2"}


def test_a_rollback_asks_for_the_old_properties_with_the_failed_ones_as_old() -> None:
    desk = Desk()
    desk.deploy(both())
    desk.answers["Update Endpoint"] = {"Status": "FAILED"}
    desk.cloudformation.deploy(NAME, both(units=3))
    while desk.wait(1.0).status != "UPDATE_ROLLBACK_IN_PROGRESS":
        pass
    desk.answers["Update Endpoint"] = {}
    desk.wait()
    event = desk.sent[-1][1]
    assert (event["ResourceProperties"], event["OldResourceProperties"]) == ({"Units": "1"}, {"Units": "3"})


def test_what_an_update_made_is_deleted_when_it_is_rolled_back() -> None:
    desk = Desk()
    desk.deploy({"Job": {"Epochs": 2}})
    desk.answers["Create Endpoint"] = {"Status": "FAILED", "PhysicalResourceId": "Endpoint-x"}
    stack = desk.deploy(both())
    assert stack.status == "UPDATE_ROLLBACK_COMPLETE"
    assert desk.asked[1:] == ["Create Endpoint", "Delete Endpoint Endpoint-x"]
    assert list(stack.resources) == ["Job"]


def test_an_update_can_be_cancelled() -> None:
    desk = Desk()
    desk.deploy(both())
    desk.automatic = False
    desk.deploy(both(epochs=3), seconds=5.0)
    desk.cloudformation.stacks[next(iter(desk.cloudformation.stacks))].cancel()
    desk.automatic = True
    assert desk.wait().status == "UPDATE_ROLLBACK_COMPLETE"
    assert desk.asked[2:] == ["Update Job Job-1", "Update Job Job-1"]
    outcome = desk.requests[2].outcome
    assert outcome is not None
    assert outcome.reason == "Resource update cancelled"


def test_a_failed_rollback_can_be_continued() -> None:
    desk = Desk()
    desk.deploy(both())
    desk.answers["Update Job"] = {"Status": "FAILED"}
    stack = desk.deploy(both(epochs=3))
    assert stack.status == "UPDATE_ROLLBACK_FAILED"
    with pytest.raises(StackBusyError):
        stack.update(both())
    del desk.answers["Update Job"]
    stack.continue_rollback()
    assert desk.wait().status == "UPDATE_ROLLBACK_COMPLETE"
    assert desk.asked[2:] == ["Update Job Job-1"] * 3


def test_a_failed_deletion_can_be_retried() -> None:
    desk = Desk()
    desk.deploy({**both(), "Guard": {}})
    desk.answers["Delete Endpoint"] = {"Status": "FAILED"}
    desk.cloudformation.destroy(NAME)
    stack = desk.wait()
    assert stack.status == "DELETE_FAILED"
    assert sorted(desk.asked[3:]) == ["Delete Endpoint Endpoint-1", "Delete Guard Guard-1"]  # not the job
    del desk.answers["Delete Endpoint"]
    stack.delete()
    assert desk.wait().status == "DELETE_COMPLETE"
    assert desk.asked[5:] == ["Delete Endpoint Endpoint-1", "Delete Job Job-1"]


def test_a_stack_can_be_deleted_while_it_is_being_created() -> None:
    desk = Desk()
    desk.automatic = False
    desk.deploy(both(), seconds=5.0)
    desk.automatic = True
    desk.cloudformation.destroy(NAME)
    assert desk.wait().status == "DELETE_COMPLETE"
    assert [line.split()[:2] for line in desk.asked] == [["Create", "Job"], ["Delete", "Job"]]


def test_a_stack_made_again_has_another_id() -> None:
    desk = Desk()
    first = desk.deploy(both())
    desk.cloudformation.destroy(NAME)
    desk.wait()
    second = desk.deploy(both())
    assert (first.name, second.status) == (second.name, "CREATE_COMPLETE")
    assert first.stack_id != second.stack_id
