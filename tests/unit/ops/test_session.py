"""What is not deployed is said with the place that was looked at."""

from typing import Any

import pytest
from botocore.exceptions import ClientError

from ops import project
from ops.session import NotDeployedError, Session


class Nothing(Session):
    """An account without stacks."""

    def client(self, service: str) -> Any:
        """CloudFormation's."""
        return self

    def describe_stacks(self, *, StackName: str) -> Any:
        """Refuses."""
        raise ClientError({"Error": {"Code": "ValidationError", "Message": "no such stack"}}, "DescribeStacks")


def said(**changes: Any) -> str:
    """What is said of the Foundation of an environment with these fields."""
    environment = project.Environment("local", "000000000000", "us-west-2", "destroy", {}, **changes)
    with pytest.raises(NotDeployedError) as caught:
        Nothing("finetuning", environment).outputs("Foundation")
    return str(caught.value)


def test_stack_that_is_not_there_is_named_with_its_region() -> None:
    """It may be in another one."""
    assert said() == (
        "nothing deployed: stack finetuning-local-Foundation does not exist in us-west-2; "
        "deploy it with: cdk deploy --all -c env=local"
    )


def test_base_model_given_with_c_may_have_moved_an_environment_without_a_region() -> None:
    """Nobody but cdk.json tells this command where to look."""
    assert said(region_left_out=True) == (
        "nothing deployed: stack finetuning-local-Foundation does not exist in us-west-2, where the base models of "
        "cdk.json can be customized; deploy it with: cdk deploy --all -c env=local. If it was deployed with another "
        "base model (-c training.base_model=…), it may be in another Region, which cdk deploy printed in its ARNs: "
        "write that one as environments.local.region into cdk.json"
    )


def test_region_is_left_out_where_cdk_json_names_none() -> None:
    """As `local` of the file that is shipped."""
    environments = project.load().environments
    assert {name for name, found in environments.items() if found.region_left_out} == {"local"}
