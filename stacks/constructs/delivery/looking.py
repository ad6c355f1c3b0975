"""The rights of whoever looks: what `ops plan`, `preflight`, `status` and their like call, and nothing that changes."""

from collections.abc import Iterator, Sequence

from finetuning import names
from stacks.constructs import key_access
from stacks.constructs.bedrock_access import KINDS, LISTS
from stacks.constructs.delivery import environment_keys
from stacks.constructs.delivery.rights import Right
from stacks.constructs.delivery.site import Site

_GENERATED = "CloudFormation ends these names by chance; their beginning is the environment's"
_ASSIGNED = "AWS assigns these ids, and a name may turn out to be somebody else's; these actions change nothing"
_NO_TYPE = "These actions have no resource type; they change nothing"
_EXECUTIONS = "Executions are named after models and generations"


def at_account(site: Site, data_buckets: Sequence[str]) -> Iterator[Right]:
    """Yield what is not an environment's: Bedrock, quotas, bootstrap, and the keys' public halves.

    Manifests of all the project's environments can be verified: a model is promoted from one to another.
    """
    gets = ("GetCustomModel", "GetCustomModelDeployment", "GetModelCustomizationJob", "GetProvisionedModelThroughput")
    actions = [f"bedrock:{operation}" for operation in (*gets, "ListTagsForResource")]
    yield Right(actions, [site.arn("bedrock", f"{kind}/*") for kind in KINDS], reason=_ASSIGNED)
    base_models = f"arn:{site.stack.partition}:bedrock:{site.stack.region}::foundation-model/*"
    yield Right(["bedrock:GetFoundationModel"], [base_models], reason="Which base models there are is AWS's to say")
    asked = ("bedrock:GetFoundationModelAvailability", "bedrock:ListFoundationModels")
    quotas = ("servicequotas:GetAWSDefaultServiceQuota", "servicequotas:GetServiceQuota")
    # Composite alarms are told only to a permission scoped to "*" (CloudWatch API reference, DescribeAlarms).
    yield Right([*LISTS, *asked, *quotas, "cloudwatch:DescribeAlarms"], ["*"], reason=_NO_TYPE)
    yield Right(["ssm:GetParameter"], [site.arn("ssm", f"parameter/cdk-bootstrap/{site.qualifier}/version")])
    project = {"StringEquals": {f"aws:ResourceTag/{names.PROJECT_TAG}": site.project}}
    verify = ["kms:DescribeKey", "kms:GetPublicKey", "kms:Verify"]
    yield Right(verify, [site.arn("kms", "key/*")], project, environment_keys.TAGGED)
    if given := [environment.key_arn for environment in site.environments if environment.key_arn is not None]:
        yield Right(["kms:DescribeKey"], list(dict.fromkeys(given)))
    if data_buckets:
        buckets = [f"arn:{site.stack.partition}:s3:::{name}" for name in data_buckets]
        yield Right(["s3:ListBucket"], buckets)
        objects = [f"{bucket}/*" for bucket in buckets]
        yield Right(["s3:GetObject", "s3:GetObjectVersion"], objects, reason="The configuration names the files")


def at_environments(site: Site) -> Iterator[Right]:
    """Yield what shows the state of environments, and nothing of their training data, test answers or logs."""
    operations = ("DescribeStackResource", "DescribeStackResources", "DescribeStacks", "GetTemplate")
    actions = [f"cloudformation:{operation}" for operation in (*operations, "ListStackResources")]
    yield Right(actions, site.arns("cloudformation", "stack/", "*/*"), reason=_GENERATED)
    yield Right(["dynamodb:GetItem", "dynamodb:Scan"], site.arns("dynamodb", "table/"), reason=_GENERATED)
    yield from environment_keys.use(site, key_access.TABLE, "dynamodb")
    yield Right(["states:DescribeExecution"], site.state_machines("execution", ":*"), reason=_EXECUTIONS)
    yield Right(["ssm:GetParameter"], site.pointers(), reason="One pointer per model, and models come and go")
    yield Right(["iam:GetRole"], site.roles(), reason=_GENERATED)
    yield Right(["s3:ListBucket"], site.objects("foundation-"), _own_account(site), _GENERATED)
    yield Right(["s3:GetObject"], site.objects("foundation-", "outputs/*"), _own_account(site), _GENERATED)
    yield from environment_keys.use(site, key_access.READ, "s3")


def at_evidence(site: Site) -> Iterator[Right]:
    """Yield what shows evaluations, with their questions and answers, manifests and logs."""
    keys = ("evaluations/*", "manifests/*", "reports/*")
    yield Right(["s3:GetObject"], site.objects("foundation-", *keys), _own_account(site), _GENERATED)
    yield Right(["logs:FilterLogEvents"], site.arns("logs", "log-group:"), reason=_GENERATED)
    yield Right(["states:ListExecutions"], site.state_machines(), reason=_GENERATED)
    yield Right(["states:GetExecutionHistory"], site.state_machines("execution", ":*"), reason=_EXECUTIONS)


def _own_account(site: Site) -> dict[str, dict[str, str]]:
    return {"StringEquals": {"aws:ResourceAccount": site.stack.account}}
