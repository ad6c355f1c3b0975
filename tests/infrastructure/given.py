"""What a platform team may bring: every input of an environment, as `-c` values for dev."""

import json

from tests.infrastructure.synthesis import ACCOUNT

KEY = f"arn:aws:kms:us-east-1:{ACCOUNT}:key/11111111-2222-3333-4444-555555555555"
DATA_KEY = "arn:aws:kms:us-east-1:444455556666:key/66666666-7777-8888-9999-000000000000"
DATA_ACCOUNT = "444455556666"
SERVICE_ROLE = f"arn:aws:iam::{ACCOUNT}:role/platform/bedrock-customization"
BOUNDARY = f"arn:aws:iam::{ACCOUNT}:policy/platform/boundary"
VPC, SECURITY_GROUP = "vpc-0123456789abcdef0", "sg-0cccccccccccccccc"
SUBNETS = ["subnet-0aaaaaaaaaaaaaaaa", "subnet-0bbbbbbbbbbbbbbbb"]
NETWORK = {"vpc_id": VPC, "subnet_ids": SUBNETS, "security_group_ids": [SECURITY_GROUP]}

KEY_ALONE = {"environment.key_arn": KEY}
NETWORK_ALONE = {"environment.network": json.dumps(NETWORK)}
DATA_OF_ANOTHER_ACCOUNT = {
    "training.dataset.training": "s3://team-data/faq/training.jsonl?versionId=v1",
    "training.dataset.validation": "s3://team-data/faq/validation.jsonl?versionId=v2",
    "training.dataset.media": "s3://team-data/faq/pictures/",
    "training.dataset.account": DATA_ACCOUNT,
    "training.dataset.key_arn": DATA_KEY,
}
#: A job that calls a function of the user's.
GRADER = f"arn:aws:lambda:us-east-1:{ACCOUNT}:function:grade-answers"
GRADED = {
    "training.base_model": "nova-2-lite",
    "training.customization_type": "REINFORCEMENT_FINE_TUNING",
    "training.dataset.training": "s3://team-data/faq/prompts.jsonl?versionId=v1",
    "training.reward.function_arn": GRADER,
    "training.hyperparameters": '{"epochCount": 1}',
    "training.accept_unknown": '["dataset"]',
    "budget.unknown_prices": '["training"]',
    "budget.max_usd_per_job": "null",
}
EVERYTHING = {
    **KEY_ALONE,
    **NETWORK_ALONE,
    **DATA_OF_ANOTHER_ACCOUNT,
    "environment.service_role_arn": SERVICE_ROLE,
    "environment.permissions_boundary": BOUNDARY,
    "environment.log_retention_days": "90",
    "environment.reserved_concurrency": "2",
    "environment.tags": json.dumps({"cost-center": "4711"}),
}
#: Everything that an evaluation may ask: a judge that is a Bedrock evaluation job, and a larger model.
EVALUATED = {
    "training.dataset.test": "datasets/bedrock-faq/test.jsonl",
    "evaluation.preset": "knowledge",
    "evaluation.larger_model": "us.amazon.nova-pro-v1:0",
    "evaluation.judge.model": "amazon.nova-pro-v1:0",
    "evaluation.judge.runs_as": "evaluation_job",
}
