"""A function's imports and clients against the same clients made with bare boto3."""

import sys
from collections.abc import Iterator

from benchmarks.measure import Figure, paired

ROUNDS = 7
BOUND = 1.15
#: The services that each function talks to, in the order in which it makes its clients.
FUNCTIONS = {
    "training_dataset": ("s3",),
    "preflight": ("bedrock", "service-quotas", "iam", "kms", "s3", "dynamodb", "cloudformation"),
    "customization_job": ("dynamodb", "bedrock", "stepfunctions", "cloudformation"),
    "promoted_model": ("dynamodb", "kms", "bedrock", "stepfunctions", "cloudformation"),
    "model_endpoint": ("dynamodb", "stepfunctions", "cloudformation"),
    "driver": ("dynamodb", "bedrock", "s3", "ssm", "cloudformation", "stepfunctions", "kms", "sns"),
    "evaluation": ("dynamodb", "s3", "bedrock", "stepfunctions"),
    "job_event": ("dynamodb", "stepfunctions"),
    "sweep": ("dynamodb", "bedrock", "stepfunctions", "cloudformation", "sns", "cloudwatch"),
    "guard": ("dynamodb",),
}
#: What a cold start runs before the first request is handled, where it is not `_resource()` of the handler module.
FACTORIES = {"driver": "_driver()", "evaluation": "_steps(None)", "job_event": "_events()", "sweep": "_sweep()"}
ENVIRONMENT = {
    "AWS_REGION": "us-east-1",
    "AWS_DEFAULT_REGION": "us-east-1",
    "AWS_ACCESS_KEY_ID": "000000000000",
    "AWS_SECRET_ACCESS_KEY": "none",
    "PROJECT": "finetuning",
    "ENVIRONMENT": "bench",
    "REGISTRY_TABLE_NAME": "registry",
    "DRIVER_ARN": "arn:aws:states:us-east-1:000000000000:stateMachine:driver",
    "SERVICE_ROLE_ARN": "arn:aws:iam::000000000000:role/service",
    "OUTPUT_BUCKET_NAME": "output",
    "DATA_BUCKET_NAME": "data",
    "KEY_ARN": "arn:aws:kms:us-east-1:000000000000:key/00000000-0000-0000-0000-000000000000",
    "MANIFEST_KEY_ARN": "arn:aws:kms:us-east-1:000000000000:key/00000000-0000-0000-0000-000000000001",
    "EVALUATIONS_ARN": "arn:aws:states:us-east-1:000000000000:stateMachine:evaluation",
    "JUDGE_ROLE_ARN": "none",
    "CODE_VERSION": "none",
    "GUARD_WAIT_SECONDS": "600",
    "NOTICES_TOPIC_ARN": "arn:aws:sns:us-east-1:000000000000:notices",
}


def figures() -> Iterator[Figure]:
    """Every function, seven pairs of whole processes each."""
    for feature, services in FUNCTIONS.items():
        factory = FACTORIES.get(feature, "_resource()")
        ours = f"from lambdas.{feature} import handler; handler.{factory}"
        bare = "import boto3\n" + "\n".join(f"boto3.client({service!r})" for service in services)
        pair = paired(
            [sys.executable, "-c", ours], [sys.executable, "-c", bare], rounds=ROUNDS, environment=ENVIRONMENT
        )
        yield Figure(
            f"cold start of {feature}",
            f"{pair.ours * 1000:.0f} ms",
            f"bare clients {pair.other * 1000:.0f} ms",
            pair.ratio,
            bound=BOUND,
        )
