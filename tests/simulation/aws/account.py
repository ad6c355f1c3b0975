"""One AWS account: the services' state, and the real gateways on clients of them."""

from collections.abc import Mapping
from typing import Any

from lambdas.gateways.alarms import AlarmsGateway
from lambdas.gateways.answering import AnsweringGateway
from lambdas.gateways.answers_table import AnswersTable
from lambdas.gateways.deployments import DeploymentGateway
from lambdas.gateways.endpoints import EndpointGateway
from lambdas.gateways.evaluations import EvaluationsGateway
from lambdas.gateways.holds import HoldsGateway
from lambdas.gateways.inventory import InventoryGateway
from lambdas.gateways.invocations import InvocationsGateway
from lambdas.gateways.jobs import JobsGateway
from lambdas.gateways.notices import NoticesGateway
from lambdas.gateways.pointer import PointerGateway
from lambdas.gateways.promotion_lock_table import PromotionLockTable
from lambdas.gateways.registry_table import RegistryTable
from lambdas.gateways.storage import StorageGateway
from lambdas.gateways.throughput import ProvisionedThroughputGateway
from lambdas.gateways.workflow import DriverGateway, ParkedGateway
from tests.simulation.aws.alarms import Alarms
from tests.simulation.aws.bedrock import Bedrock
from tests.simulation.aws.bus import Bus
from tests.simulation.aws.client import Check, Client, Operation
from tests.simulation.aws.evaluations import Evaluations
from tests.simulation.aws.metrics import Metrics
from tests.simulation.aws.objects import ObjectStore
from tests.simulation.aws.parameters import ParameterStore
from tests.simulation.aws.site import ACCOUNT, EPOCH, REGION, Caller
from tests.simulation.aws.state_machine import StateMachine
from tests.simulation.aws.table import Table
from tests.simulation.aws.topic import Topic
from tests.simulation.aws.variants import Variants
from tests.simulation.kernel import World

__all__ = ["ACCOUNT", "EPOCH", "REGION", "STATE_MACHINE_ARN", "TABLE_NAME", "TOPIC_ARN", "Account"]

TABLE_NAME = "registry"
TOPIC_ARN = f"arn:aws:sns:{REGION}:{ACCOUNT}:notices"
EVALUATIONS_ARN = f"arn:aws:states:{REGION}:{ACCOUNT}:stateMachine:evaluation"
STATE_MACHINE_ARN = f"arn:aws:states:{REGION}:{ACCOUNT}:stateMachine:driver"


class BedrockGateways:
    """The gateways to Bedrock, with the rights of one caller."""

    def __init__(self, bedrock: Any, runtime: Any) -> None:
        self._bedrock, self._runtime = bedrock, runtime

    def jobs(self) -> JobsGateway:
        """Customization jobs and custom models."""
        return JobsGateway(self._bedrock)

    def endpoints(self) -> dict[str, EndpointGateway]:
        """Both kinds of endpoint, by `serving`."""
        return {
            "provisioned": ProvisionedThroughputGateway(self._bedrock),
            "on_demand": DeploymentGateway(self._bedrock),
        }

    def answering(self) -> AnsweringGateway:
        """Questions to endpoints."""
        return AnsweringGateway(self._runtime)

    def holds(self) -> HoldsGateway:
        """Models of other environments."""
        return HoldsGateway(self._bedrock)

    def inventory(self) -> InventoryGateway:
        """Everything of ours that is alive."""
        return InventoryGateway(self._bedrock)


class Account(BedrockGateways):
    """The simulated account. Its gateways are the real ones; each API call that they make is one call of the world.

    Attributes:
        bedrock: jobs, models, endpoints, the ledger, and hooks for what happens by itself or by hand.
        table: the registry.
        parameters: the Parameter Store.
        topic: the notices.
        evaluations: the evaluation state machine; give it `judge` before anything is started.
        states: the driver's state machine; give it `invoke` before anything is started.
        metrics: CloudWatch's.
        alarms: CloudWatch's, too.
        bus: job-state events; give it `target`.
        objects: S3.
    """

    def __init__(
        self,
        world: World,
        *,
        variants: Variants | None = None,
        owner: tuple[str, str] = ("finetuning", "dev"),
        check: Check | None = None,
    ) -> None:
        """An empty account.

        Args:
            world: clock, chance and faults.
            variants: what AWS does not document.
            owner: project and environment whose rights the gateways have.
            check: holds every operation to something.
        """
        self.world, self.variants, self._check = world, variants or Variants(), check
        self.bus = Bus(world, self.variants)
        self.bedrock = Bedrock(world, self.variants, self.bus)
        self.metrics, self.alarms = Metrics(self.bedrock.runtime), Alarms()
        self.table, self.parameters, self.topic = Table(), ParameterStore(), Topic(world)
        self.states, self.objects = StateMachine(world, self.variants), ObjectStore()
        self.evaluations = Evaluations(world)
        super().__init__(*self._bedrock_clients(owner))
        self._dynamodb = self._client("dynamodb", self.table.operations())
        self._ssm = self._client("ssm", self.parameters.operations())
        self._sns = self._client("sns", self.topic.operations())
        self._states = self._client("states", self.states.operations())
        self._evaluations = self._client("evaluations", self.evaluations.operations())
        self._s3 = self._client("s3", self.objects.operations())
        self._cloudwatch = self._client("cloudwatch", {**self.metrics.operations(), **self.alarms.operations()})

    def for_owner(self, owner: tuple[str, str] | None) -> BedrockGateways:
        """The gateways to Bedrock with the rights of another environment or, with None, of the account's root."""
        return BedrockGateways(*self._bedrock_clients(owner))

    def clock(self) -> float:
        """What the functions take for the time, in epoch seconds."""
        return EPOCH + self.world.now + self.variants.skew_seconds

    def pointer(self) -> PointerGateway:
        """The pointer parameters."""
        return PointerGateway(self._ssm)

    def registry_table(self) -> RegistryTable:
        """The registry's table."""
        return RegistryTable(TABLE_NAME, self._dynamodb)

    def lock_table(self) -> PromotionLockTable:
        """The promotion lock, in the same table."""
        return PromotionLockTable(TABLE_NAME, self._dynamodb)

    def answers_table(self) -> AnswersTable:
        """The answers to CloudFormation, in the same table."""
        return AnswersTable(TABLE_NAME, self._dynamodb)

    def driver(self) -> DriverGateway:
        """The driver's executions."""
        return DriverGateway(STATE_MACHINE_ARN, self._states)

    def parked(self) -> ParkedGateway:
        """Executions that wait."""
        return ParkedGateway(self._states)

    def evaluating(self) -> EvaluationsGateway:
        """Evaluations."""
        return EvaluationsGateway(EVALUATIONS_ARN, self._evaluations)

    def notices(self) -> NoticesGateway:
        """Notices to people."""
        return NoticesGateway(TOPIC_ARN, self._sns)

    def invocations(self) -> InvocationsGateway:
        """Who invokes what."""
        return InvocationsGateway(self._cloudwatch)

    def watching(self) -> AlarmsGateway:
        """Alarms of endpoints."""
        return AlarmsGateway(self._cloudwatch)

    def storage(self) -> StorageGateway:
        """Objects in buckets."""
        return StorageGateway(self._s3)

    def _bedrock_clients(self, owner: tuple[str, str] | None) -> tuple[Any, Any]:
        caller = Caller(owner)
        control, runtime = self.bedrock.operations(caller), self.bedrock.runtime.operations(caller)
        return self._client("bedrock", control), self._client("bedrock-runtime", runtime)

    def _client(self, service: str, operations: Mapping[str, Operation]) -> Any:
        return Client(self.world, service, operations, self._check)
