"""The simulated account as a place, with every request and answer held to botocore's service model."""

from collections.abc import Callable, Mapping
from functools import cache, cached_property
from typing import Any, TypeVar

from botocore.exceptions import ClientError
from botocore.model import OperationModel, Shape

from finetuning.lifecycle.requests import tag_list
from lambdas.gateways.clients import session
from tests.contract.gateways.driver_function import ScriptedDriver
from tests.contract.gateways.place import HAIKU, NOVA_LITE, OURS, Gateways, Neighbours, Objects
from tests.contract.service import assert_documented
from tests.contract.shapes import problems
from tests.simulation.aws.account import ACCOUNT, REGION, Account
from tests.simulation.aws.variants import Variants
from tests.simulation.kernel import World

_Found = TypeVar("_Found")
_SERVICES = {"states": "stepfunctions", "evaluations": "stepfunctions"}
#: More than any job takes.
_MOST_SECONDS = 400 * 86_400.0
#: Step of the clock where nothing happens and only time passes.
_IDLE_SECONDS = 3600.0


class SimulatedPlace:
    """Has what `Place` says."""

    def __init__(self, kind: str, variants: Variants | None = None, *, is_checked: bool = True) -> None:
        self.kind, self.base_model = kind, HAIKU if kind == "provisioned" else NOVA_LITE
        self.world, self.kept = World(1), dict[tuple[bool, int], str]()
        self.account = Account(self.world, variants=variants, check=checked if is_checked else None)
        self.account.table.page_size = 3
        self.account.bedrock.set_quota(model_units=100, deployments=50)
        root = self.account.for_owner(None)
        self.ours = Gateways(self.account.jobs(), self.account.endpoints()[kind], self.account.answering(), OURS)
        self.others = Gateways(root.jobs(), root.endpoints()[kind], root.answering(), {})
        self.inventory = self.account.inventory()
        self.untrusting_role = "arn:aws:iam::111122223333:role/untrusting"
        self.account.bedrock.jobs.untrusting.add(self.untrusting_role)

    def request(self, name: str, **changes: Any) -> dict[str, Any]:
        """A job request of ours that will be accepted."""
        return {
            "jobName": name,
            "customModelName": name,
            "roleArn": "arn:aws:iam::111122223333:role/bedrock",
            "baseModelIdentifier": self.base_model,
            "trainingDataConfig": {"s3Uri": "s3://data/training.jsonl"},
            "outputDataConfig": {"s3Uri": "s3://output/jobs"},
            "hyperParameters": {"epochCount": "1"},
            "jobTags": tag_list(OURS),
            "customModelTags": tag_list(OURS),
            **changes,
        }

    def without_data(self, name: str) -> dict[str, Any]:
        """A job request whose training data cannot be read."""
        self.account.bedrock.refuse_next_job(
            "Could not validate GetObject permissions to access Amazon S3 bucket: data"
        )
        return self.request(name)

    def eventually(self, look: Callable[[], _Found | None]) -> _Found:
        """What a look finds once it finds something."""
        while not (found := look()):
            assert self.world.now < _MOST_SECONDS, f"not within a year; last look: {found!r}"
            next_at = self.world.next_at
            self.world.run(until=self.world.now + _IDLE_SECONDS if next_at is None else next_at)
        return found

    @cached_property
    def neighbours(self) -> Neighbours:
        """The services around Bedrock."""
        account, function = self.account, ScriptedDriver()
        account.states.invoke = function.run
        return Neighbours(
            account.registry_table(),
            account.answers_table(),
            account.pointer(),
            account.notices(),
            account.driver(),
            account.parked(),
            lambda execution: function.tokens.get(execution, []),
            Objects(account.storage(), "data", f"arn:aws:kms:{REGION}:{ACCOUNT}:key/{'1' * 36}", ACCOUNT),
        )


def checked(operation: str, perform: Callable[[Mapping[str, Any]], Any]) -> Callable[[Mapping[str, Any]], Any]:
    """An operation whose request, answer and errors must be possible."""
    model = _model(operation)

    def perform_checked(parameters: Mapping[str, Any]) -> Any:
        _require_possible(parameters, model.input_shape, model.name)
        try:
            answer = perform(parameters)
        except ClientError as error:
            assert_documented(model, str(error.response["Error"]["Code"]))
            raise
        _require_possible(answer, model.output_shape, model.name)
        return answer

    return perform_checked


def _require_possible(value: Mapping[str, Any], shape: Shape | None, name: str) -> None:
    found = [] if shape is None else list(problems(value, shape, name))
    assert found == [], found


@cache
def _model(operation: str) -> OperationModel:
    service, _, method = operation.partition(".")
    service_model = session().get_service_model(_SERVICES.get(service, service))
    flat = {name.lower(): name for name in service_model.operation_names}
    return service_model.operation_model(flat[method.replace("_", "")])
