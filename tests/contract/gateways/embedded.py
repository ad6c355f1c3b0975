"""An embedded AWS as a place: the real gateways on the real wire, with a role that is bounded by our owner tags."""

import json
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any, TypeVar

from finetuning.lifecycle.requests import tag_list
from finetuning.names import ENVIRONMENT_TAG, PROJECT_TAG
from lambdas.gateways.answering import AnsweringGateway
from lambdas.gateways.answers_table import AnswersTable
from lambdas.gateways.deployments import DeploymentGateway
from lambdas.gateways.endpoints import EndpointGateway
from lambdas.gateways.inventory import InventoryGateway
from lambdas.gateways.jobs import JobsGateway
from lambdas.gateways.notices import NoticesGateway
from lambdas.gateways.pointer import PointerGateway
from lambdas.gateways.registry_table import RegistryTable
from lambdas.gateways.storage import StorageGateway
from lambdas.gateways.throughput import ProvisionedThroughputGateway
from lambdas.gateways.workflow import DriverGateway, ParkedGateway
from local.settings import ACCOUNT
from stacks.constructs.driver_definition import FUNCTION, definition
from tests.contract.gateways.driver_function import SOURCE
from tests.contract.gateways.place import ENVIRONMENT, HAIKU, NOVA_LITE, OURS, PROJECT, Gateways, Neighbours, Objects
from tests.local.account import Account, eventually

_Found = TypeVar("_Found")
SERVICE = {"Service": "bedrock.amazonaws.com"}
_CREATING = ("CreateModelCustomizationJob", "CreateProvisionedModelThroughput", "CreateCustomModelDeployment")
_CHANGING = (
    "StopModelCustomizationJob",
    "DeleteCustomModel",
    "UpdateProvisionedModelThroughput",
    "UpdateCustomModelDeployment",
    "DeleteProvisionedModelThroughput",
    "DeleteCustomModelDeployment",
    "InvokeModel",
)


class EmbeddedPlace:
    """Has what `Place` says, in the Region where this kind of endpoint can be had."""

    def __init__(self, endpoint_url: str, kind: str, folder: Path) -> None:
        """Furnish the Region with data, roles and what else the suite needs."""
        self.kind, self._folder, self.kept = kind, folder, dict[tuple[bool, int], str]()
        region = "us-west-2" if kind == "provisioned" else "us-east-1"
        self.base_model = HAIKU if kind == "provisioned" else NOVA_LITE
        root = self._root = Account(endpoint_url, region)
        self._bucket = f"suite-{region}"
        self._put_data()
        self._role = root.role(f"service-{region}", trusted=SERVICE)
        self.untrusting_role = root.role(f"untrusting-{region}", trusted={"Service": "lambda.amazonaws.com"})
        bounded = root.assume(root.role(f"functions-{region}", _bounded_rights()))
        self.ours, self.others = _gateways(bounded, kind, OURS), _gateways(root, kind, {})
        self.inventory = InventoryGateway(bounded.client("bedrock"))

    def request(self, name: str, **changes: Any) -> dict[str, Any]:
        """A job request of ours that will be accepted."""
        return {
            "jobName": name,
            "customModelName": name,
            "roleArn": self._role,
            "baseModelIdentifier": self.base_model,
            "trainingDataConfig": {"s3Uri": f"s3://{self._bucket}/training.jsonl"},
            "outputDataConfig": {"s3Uri": f"s3://{self._bucket}/output"},
            "hyperParameters": {"epochCount": "1"},
            "jobTags": tag_list(OURS),
            "customModelTags": tag_list(OURS),
            **changes,
        }

    def without_data(self, name: str) -> dict[str, Any]:
        """A job request whose training data cannot be read."""
        return self.request(name, trainingDataConfig={"s3Uri": f"s3://{self._bucket}/none.jsonl"})

    def eventually(self, look: Callable[[], _Found | None]) -> _Found:
        """What a look finds once it finds something."""
        return eventually(look, seconds=15)

    @cached_property
    def neighbours(self) -> Neighbours:
        """The services around Bedrock."""
        root, journal = self._root, self._folder / "tokens"
        journal.touch()
        table, dynamodb = "suite", root.client("dynamodb")
        _create_table(dynamodb, table)
        topic = root.client("sns").create_topic(Name=table)["TopicArn"]
        states, function = root.client("stepfunctions"), root.function(table, SOURCE.format(path=str(journal)))
        text = json.dumps(definition()).replace(FUNCTION, function).replace("${Partition}", "aws")
        role = root.role(f"states-{table}", trusted={"Service": "states.amazonaws.com"})
        machine = states.create_state_machine(name=table, definition=text, roleArn=role)["stateMachineArn"]
        return Neighbours(
            RegistryTable(table, dynamodb),
            AnswersTable(table, dynamodb),
            PointerGateway(root.client("ssm")),
            NoticesGateway(topic, root.client("sns")),
            DriverGateway(machine, states),
            ParkedGateway(states),
            lambda execution: [token for name, token in _lines(journal) if name == execution],
            self._objects(),
        )

    def _objects(self) -> Objects:
        s3, bucket = self._root.client("s3"), f"{self._bucket}-versions"
        s3.create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": self._root.region})
        s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
        key_arn = self._root.client("kms").create_key()["KeyMetadata"]["Arn"]
        return Objects(StorageGateway(s3), bucket, key_arn, ACCOUNT)

    def _put_data(self) -> None:
        s3 = self._root.client("s3")
        elsewhere = {} if self._root.region == "us-east-1" else {"LocationConstraint": self._root.region}
        s3.create_bucket(Bucket=self._bucket, **({"CreateBucketConfiguration": elsewhere} if elsewhere else {}))
        lines = [json.dumps(_record(self.base_model, number)) for number in range(32)]
        s3.put_object(Bucket=self._bucket, Key="training.jsonl", Body="\n".join(lines))


def _gateways(account: Account, kind: str, tags: Mapping[str, str]) -> Gateways:
    bedrock = account.client("bedrock")
    endpoint: EndpointGateway = (
        ProvisionedThroughputGateway(bedrock) if kind == "provisioned" else DeploymentGateway(bedrock)
    )
    return Gateways(JobsGateway(bedrock), endpoint, AnsweringGateway(account.client("bedrock-runtime")), tags)


def _bounded_rights() -> Sequence[dict[str, Any]]:
    """As stacks/constructs/bedrock_access.py has them: create only what carries the owner tags, change only that."""
    read = [f"bedrock:{verb}*" for verb in ("Get", "List")]
    owner = {PROJECT_TAG: PROJECT, ENVIRONMENT_TAG: ENVIRONMENT}
    asked = {"StringEquals": {f"aws:RequestTag/{key}": value for key, value in owner.items()}}
    owned = {"StringEquals": {f"aws:ResourceTag/{key}": value for key, value in owner.items()}}
    creating, changing = [f"bedrock:{name}" for name in _CREATING], [f"bedrock:{name}" for name in _CHANGING]
    return [
        {"Effect": "Allow", "Action": [*read, "iam:PassRole"], "Resource": "*"},
        {"Effect": "Allow", "Action": [*creating, "bedrock:TagResource"], "Resource": "*", "Condition": asked},
        {"Effect": "Allow", "Action": changing, "Resource": "*", "Condition": owned},
        {
            "Effect": "Allow",
            "Action": ["bedrock:TagResource", "bedrock:UntagResource"],
            "Resource": "*",
            "Condition": {**owned, "ForAllValues:StringNotLike": {"aws:TagKeys": ["finetuning:*"]}},
        },
        # Foundation models have no tags.
        {"Effect": "Allow", "Action": "bedrock:Update*", "Resource": "arn:aws:bedrock:*::foundation-model/*"},
    ]


def _create_table(dynamodb: Any, name: str) -> None:
    keys = {"model": "HASH", "record": "RANGE"}
    dynamodb.create_table(
        TableName=name,
        KeySchema=[{"AttributeName": key, "KeyType": kind} for key, kind in keys.items()],
        AttributeDefinitions=[{"AttributeName": key, "AttributeType": "S"} for key in keys],
        BillingMode="PAY_PER_REQUEST",
    )


def _lines(journal: Path) -> list[tuple[str, str]]:
    return [tuple(json.loads(line)) for line in journal.read_text().splitlines()]


def _record(base_model: str, number: int) -> dict[str, Any]:
    """A short record in the base model's format."""
    turns = [("user", f"What is {number}?"), ("assistant", f"It is {number}.")]
    if base_model == HAIKU:
        return {"messages": [{"role": role, "content": text} for role, text in turns]}
    return {"messages": [{"role": role, "content": [{"text": text}]} for role, text in turns]}
