"""The evaluation: a state machine per environment, an execution for each time that a candidate is judged."""

from collections.abc import Mapping
from dataclasses import dataclass

from aws_cdk import Duration, Stack
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_iam as iam
from aws_cdk import aws_s3 as s3
from constructs import Construct

from stacks.constructs import asked_models, evaluation_definition, key_access, registry_access, state_machine
from stacks.constructs.acknowledgements import acknowledge, objects_finding
from stacks.constructs.bedrock_access import ENDPOINTS, BedrockAccess
from stacks.constructs.driver import Driver
from stacks.constructs.judge_jobs import JudgeJobs
from stacks.constructs.runtime_function import FunctionDefaults, RuntimeFunction

#: Where `finetuning.object_keys` puts test datasets, what an evaluation writes, and what a job left behind.
DATASETS, EVALUATIONS, OUTPUTS = "datasets/*", "evaluations/*", "outputs/*"
#: Lambda's longest; a batch that takes longer goes on in the next invocation.
TIMEOUT = Duration.minutes(15)
#: More than the other functions have: it compiles a JSON Schema, and bootstraps confidence intervals. One vCPU.
#: Source: Lambda Developer Guide, 'Configure Lambda function memory'.
MEMORY_MIB = 1769


@dataclass(frozen=True)
class AskedByEvaluations:
    """Models that an environment's configurations name, besides base models.

    Attributes:
        compared: larger models, and judges that are asked record by record.
        judges: models that grade in evaluation jobs.
    """

    compared: tuple[str, ...] = ()
    judges: tuple[str, ...] = ()


class Evaluation(Construct):
    """Defines the evaluation function and the state machine that calls it."""

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        defaults: FunctionDefaults,
        environment: Mapping[str, str],
        bedrock: BedrockAccess,
        registry: dynamodb.ITable,
        data_bucket: s3.IBucket,
        output_bucket: s3.IBucket,
        asked: AskedByEvaluations,
        driver: Driver,
    ) -> None:
        """Define the evaluation.

        Args:
            scope: the stack.
            id_: construct id.
            defaults: what all functions of the stack share, with the evaluation function's own code.
            environment: the function's variables.
            bedrock: rights in Bedrock.
            registry: where the verdict goes.
            data_bucket: holds the test datasets.
            output_bucket: takes what an evaluation leaves behind.
            asked: models that are asked besides base models and endpoints.
            driver: acts on the verdict.
        """
        super().__init__(scope, id_)
        self._defaults, self._data_bucket, self._output_bucket = defaults, data_bucket, output_bucket
        jobs = self._judge_jobs(asked.judges)
        role_arn = jobs.role.role_arn if jobs else "none"
        self.function = RuntimeFunction(
            self,
            "Function",
            feature="evaluation",
            defaults=defaults,
            timeout=TIMEOUT,
            environment={**environment, "JUDGE_ROLE_ARN": role_arn},
            memory_mib=MEMORY_MIB,
            is_invoked_synchronously=True,
        )
        self._grant(bedrock, registry, asked)
        self._grant_files()
        if jobs is not None:
            jobs.let_order(self.function, bedrock)
        driver.let_start(self.function)
        self.state_machine = state_machine.define(
            self,
            evaluation_definition.definition(),
            function=self.function,
            placeholder="EvaluationFunctionArn",
            defaults=defaults,
            name=machine_name(bedrock),
        )

    def _judge_jobs(self, judges: tuple[str, ...]) -> JudgeJobs | None:
        if not judges:
            return None
        return JudgeJobs(
            self,
            "JudgeJobs",
            defaults=self._defaults,
            output_bucket=self._output_bucket,
            files=EVALUATIONS,
            judges=judges,
        )

    def _grant(self, bedrock: BedrockAccess, registry: dynamodb.ITable, asked: AskedByEvaluations) -> None:
        self.function.grant(
            *registry_access.on_registry(self, registry, self._defaults.key, *registry_access.WRITE),
            *bedrock.ask_base_models(),
            *bedrock.ask_endpoints(),
            key_access.through(self, self._defaults.key, key_access.INVOKE, ["bedrock"]),
            *asked_models.statements(self, asked.compared),
        )
        bedrock.acknowledge_wildcards(self.function.role, *ENDPOINTS)
        asked_models.acknowledge_profiles(self, self.function.role, asked.compared)

    def _grant_files(self) -> None:
        """Read test datasets and metrics; read and write what evaluations leave behind; see what is missing."""
        reads = {self._data_bucket: (DATASETS,), self._output_bucket: (EVALUATIONS, OUTPUTS)}
        own = {"StringEquals": {"aws:ResourceAccount": Stack.of(self).account}}
        reason = "Files are named after digests and generations, which are not known at synth; the prefix is exact"
        for bucket, prefixes in reads.items():
            objects = [bucket.arn_for_objects(prefix) for prefix in prefixes]
            self.function.grant(
                iam.PolicyStatement(actions=["s3:GetObject"], resources=objects, conditions=own),
                # Without it, S3 calls what is missing forbidden; GetObject knows no prefix, so none is asked for.
                iam.PolicyStatement(actions=["s3:ListBucket"], resources=[bucket.bucket_arn], conditions=own),
            )
            acknowledge(self.function.role, {objects_finding(self, bucket, prefix): reason for prefix in prefixes})
        evaluations = self._output_bucket.arn_for_objects(EVALUATIONS)
        datasets = self._data_bucket.arn_for_objects(DATASETS)
        self.function.grant(
            # A test dataset is read as the version that was seen first.
            iam.PolicyStatement(actions=["s3:GetObjectVersion"], resources=[datasets], conditions=own),
            iam.PolicyStatement(actions=["s3:PutObject"], resources=[evaluations], conditions=own),
            key_access.through(self, self._defaults.key, key_access.WRITE, ["s3"]),
        )


def machine_name(bedrock: BedrockAccess) -> str:
    """The state machine's name: the driver has to know it, and the function that it calls has to know the driver's."""
    return f"{bedrock.project}-{bedrock.environment}-evaluation"


def machine_arn(bedrock: BedrockAccess) -> str:
    """The state machine's ARN, before there is one: each of the two would else have to be created before the other."""
    return bedrock.stack.format_arn(service="states", resource=f"stateMachine:{machine_name(bedrock)}")
