"""One environment seen by an operator: clients in its account and Region, its stacks' outputs, its registry."""

import os
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from botocore.config import Config
from botocore.exceptions import ClientError

from configuration import Selection
from finetuning.lifecycle import ModelRecord
from finetuning.lifecycle.observation import OwnedThing
from lambdas.gateways import clients
from lambdas.gateways.alarms import AlarmsGateway
from lambdas.gateways.clients import code_of
from lambdas.gateways.deployments import DeploymentGateway
from lambdas.gateways.details import DetailsGateway
from lambdas.gateways.endpoints import EndpointGateway
from lambdas.gateways.holds import HoldsGateway
from lambdas.gateways.inventory import InventoryGateway
from lambdas.gateways.jobs import JobsGateway
from lambdas.gateways.pointer import PointerGateway
from lambdas.gateways.registry_table import RegistryTable
from lambdas.gateways.throughput import ProvisionedThroughputGateway
from lambdas.gateways.workflow import DriverGateway
from lambdas.registry import Registry
from ops import project
from ops.errors import OperatorError, UnreachableError

if TYPE_CHECKING:
    from mypy_boto3_cloudformation import CloudFormationClient
    from mypy_boto3_sts import STSClient

#: A human waits: give up sooner than a function does, but let a model take its time to answer.
_CONFIG = clients.CONFIG.merge(Config(retries={"mode": "standard", "max_attempts": 3}))
_INVOCATION = _CONFIG.merge(Config(read_timeout=300))


class NotDeployedError(OperatorError):
    """A stack that is needed does not exist or is not complete."""


class Session:
    """Clients and gateways of one environment; each is made once, when it is first asked for."""

    def __init__(self, project_name: str, environment: project.Environment) -> None:
        self.project, self.environment = project_name, environment
        self._clients: dict[str, Any] = {}
        self._outputs: dict[str, Mapping[str, str]] = {}

    def client(self, service: str) -> Any:
        """The client of a service; callers annotate what they get."""
        if service not in self._clients:
            config = _INVOCATION if service == "bedrock-runtime" else _CONFIG
            self._clients[service] = clients.session().create_client(
                service, region_name=self.environment.region, config=config
            )
        return self._clients[service]

    def client_in(self, service: str, region: str) -> Any:
        """The client of a service in a Region, which need not be the environment's."""
        if region == self.environment.region:
            return self.client(service)
        return clients.session().create_client(service, region_name=region, config=_CONFIG)

    def check_account(self) -> None:
        """Refuse credentials of another account than the environment's.

        Raises:
            UnreachableError: the credentials are another account's.
        """
        sts: STSClient = self.client("sts")
        account = sts.get_caller_identity()["Account"]
        if account != self.environment.account:
            raise UnreachableError(
                f"the credentials are of account {account}, and environment {self.environment.name!r} is in account "
                f"{self.environment.account}; choose others with AWS_PROFILE, or another environment with --env"
            )

    def caller(self) -> str:
        """ARN of who gives the commands."""
        sts: STSClient = self.client("sts")
        return sts.get_caller_identity()["Arn"]

    def stack_name(self, stack: str) -> str:
        """The full name of `Foundation`, `Control` or `Model-<model>`."""
        return f"{self.project}-{self.environment.name}-{stack}"

    def outputs(self, stack: str) -> Mapping[str, str]:
        """The outputs of a stack.

        Raises:
            NotDeployedError: there is no such stack, or it has no outputs yet.
        """
        if stack not in self._outputs:
            self._outputs[stack] = self._read_outputs(self.stack_name(stack))
        return self._outputs[stack]

    def _read_outputs(self, name: str) -> Mapping[str, str]:
        cloudformation: CloudFormationClient = self.client("cloudformation")
        fix = f"deploy it with: cdk deploy --all -c env={self.environment.name}"
        try:
            stack = cloudformation.describe_stacks(StackName=name)["Stacks"][0]
        except ClientError as error:
            if code_of(error) == "ValidationError":
                raise NotDeployedError(_nowhere(name, self.environment, fix)) from error
            raise
        outputs = {output["OutputKey"]: output["OutputValue"] for output in stack.get("Outputs", [])}
        if not outputs:
            raise NotDeployedError(f"nothing deployed: stack {name} is {stack['StackStatus']}; {fix}")
        return outputs

    def registry(self) -> Registry:
        """The registry of the environment's models."""
        table = RegistryTable(self.outputs("Foundation")["RegistryTableName"], self.client("dynamodb"))
        return Registry(self.project, self.environment.name, table)

    def jobs(self) -> JobsGateway:
        """Customization jobs and custom models."""
        return JobsGateway(self.client("bedrock"))

    def endpoints(self) -> Mapping[str, EndpointGateway]:
        """Endpoints, by serving path."""
        bedrock = self.client("bedrock")
        return {"provisioned": ProvisionedThroughputGateway(bedrock), "on_demand": DeploymentGateway(bedrock)}

    def holds(self) -> HoldsGateway:
        """Models of other environments."""
        return HoldsGateway(self.client("bedrock"))

    def alarms(self) -> AlarmsGateway:
        """Alarms that are watched after a model went into service."""
        return AlarmsGateway(self.client("cloudwatch"))

    def details(self) -> DetailsGateway:
        """What was ordered of jobs and endpoints."""
        return DetailsGateway(self.client("bedrock"))

    def owned(self) -> Iterator[OwnedThing]:
        """Everything alive in Bedrock that carries the environment's owner tags, or its hold."""
        yield from InventoryGateway(self.client("bedrock")).owned(self.project, self.environment.name)
        yield from self.holds().held_by(self.project, self.environment.name)

    def pointer(self) -> PointerGateway:
        """The pointer parameters."""
        return PointerGateway(self.client("ssm"))

    def driver(self) -> DriverGateway:
        """The driver's executions."""
        return DriverGateway(self.outputs("Control")["DriverArn"], self.client("stepfunctions"))

    def drive(self, record: ModelRecord) -> None:
        """Start the execution in charge of a record that was handed over."""
        self.driver().start(record.model, record.in_charge)


def _nowhere(stack: str, environment: project.Environment, fix: str) -> str:
    missing = f"nothing deployed: stack {stack} does not exist in {environment.region}"
    if not environment.region_left_out:
        return f"{missing}; {fix}"
    return (
        f"{missing}, where the base models of cdk.json can be customized; {fix}. If it was deployed with another base "
        "model (-c training.base_model=…), it may be in another Region, which cdk deploy printed in its ARNs: write "
        f"that one as environments.{environment.name}.region into cdk.json"
    )


def session_of(selection: Selection) -> Session:
    """Open the session of an environment as it would be deployed.

    Raises:
        UnreachableError: the credentials are another account's.
    """
    environment = selection.environment
    session = Session(
        selection.project,
        project.Environment(
            name=environment.name,
            account=environment.account,
            region=environment.region,
            removal_policy=environment.removal_policy,
            models=selection.models,
        ),
    )
    session.check_account()
    return session


def open_session(environment_name: str | None) -> Session:
    """Open the session of an environment.

    Raises:
        UsageError: no environment is named, or it is unknown.
        UnreachableError: the credentials are another account's.
    """
    known = project.load()
    environment = project.choose(known, environment_name, os.environ.get("AWS_ENDPOINT_URL"))
    session = Session(known.name, environment)
    session.check_account()
    return session
