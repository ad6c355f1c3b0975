"""Wait mode: CloudFormation itself waits until the model serves, at most twelve hours."""

import hashlib
import json
from collections.abc import Mapping

from aws_cdk import CfnCreationPolicy, CfnResourceSignal, CfnWaitCondition
from constructs import Construct, IDependable

#: Source: CloudFormation Template Reference, 'CreationPolicy attribute', the longest timeout of a resource signal.
LONGEST = "PT12H"


def logical_id(wanted: Mapping[str, object]) -> str:
    """Return the wait condition's logical id, which changes when, and only when, another model or endpoint is wanted.

    A wait condition cannot be updated: only a new one waits. Source: CloudFormation Template Reference,
    'AWS::CloudFormation::WaitCondition'.
    """
    digest = hashlib.sha256(json.dumps(wanted, sort_keys=True, separators=(",", ":")).encode()).hexdigest()
    return f"ModelServes{digest[:16]}"


class WaitForModel(Construct):
    """Defines the wait condition, which the driver signals through ``SignalResource``; no pre-signed URL exists."""

    def __init__(self, scope: Construct, id_: str, *, logical_id: str, after: IDependable) -> None:
        """Define the wait condition.

        Args:
            scope: the model's stack.
            id_: construct id.
            logical_id: that the driver was told.
            after: the endpoint that is wanted.
        """
        super().__init__(scope, id_)
        condition = CfnWaitCondition(self, "Resource")
        condition.override_logical_id(logical_id)
        condition.cfn_options.creation_policy = CfnCreationPolicy(
            resource_signal=CfnResourceSignal(count=1, timeout=LONGEST)
        )
        condition.node.add_dependency(after)
