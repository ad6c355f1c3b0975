"""What each function calls, and so what its role may do."""

#: Actions without a resource type. Source: Service Authorization Reference.
WITHOUT_RESOURCE = {
    "bedrock:GetFoundationModelAvailability",
    "bedrock:ListCustomModelDeployments",
    "bedrock:ListCustomModels",
    "bedrock:ListEvaluationJobs",
    "bedrock:ListModelCustomizationJobs",
    "bedrock:ListProvisionedModelThroughputs",
    "cloudwatch:DescribeAlarms",
    "cloudwatch:GetMetricData",
    "logs:CreateLogDelivery",
    "logs:DeleteLogDelivery",
    "logs:DescribeLogGroups",
    "logs:DescribeResourcePolicies",
    "logs:GetLogDelivery",
    "logs:ListLogDeliveries",
    "logs:PutResourcePolicy",
    "logs:UpdateLogDelivery",
    "servicequotas:GetAWSDefaultServiceQuota",
    "servicequotas:GetServiceQuota",
    "states:SendTaskSuccess",
    "xray:GetSamplingRules",
    "xray:GetSamplingTargets",
    "xray:PutTelemetryRecords",
    "xray:PutTraceSegments",
}
EVERY_FUNCTION = {
    "logs:CreateLogStream",
    "logs:PutLogEvents",
    "xray:PutTelemetryRecords",
    "xray:PutTraceSegments",
}
KEEPS_FAILED_EVENTS = {"sqs:SendMessage", "kms:Decrypt", "kms:GenerateDataKey"}
USES_REGISTRY = {
    "kms:Decrypt",
    "kms:DescribeKey",
    "kms:Encrypt",
    "kms:GenerateDataKey",
    "kms:ReEncryptFrom",
    "kms:ReEncryptTo",
}
#: What each function calls, besides what every function does.
OWN_ACTIONS = {
    "PreflightFunction": USES_REGISTRY
    | {
        "bedrock:GetCustomModel",
        "bedrock:GetFoundationModel",
        "bedrock:GetFoundationModelAvailability",
        "bedrock:ListCustomModelDeployments",
        "bedrock:ListCustomModels",
        "bedrock:ListModelCustomizationJobs",
        "bedrock:ListProvisionedModelThroughputs",
        "bedrock:ListTagsForResource",
        "cloudformation:DescribeStacks",
        "cloudwatch:DescribeAlarms",
        "dynamodb:GetItem",
        "dynamodb:Scan",
        "iam:GetRole",
        "servicequotas:GetAWSDefaultServiceQuota",
        "servicequotas:GetServiceQuota",
    },
    "TrainingDatasetFunction": {
        "s3:AbortMultipartUpload",
        "s3:DeleteObjectVersion",
        "s3:GetObject",
        "s3:GetObjectVersion",
        "s3:ListBucket",
        "s3:PutObject",
        "sts:AssumeRole",
    },
    "CustomizationJobFunction": USES_REGISTRY
    | {
        "bedrock:CreateModelCustomizationJob",
        "bedrock:GetCustomModel",
        "bedrock:GetModelCustomizationJob",
        "bedrock:ListTagsForResource",
        "bedrock:StopModelCustomizationJob",
        "bedrock:TagResource",
        "cloudformation:DescribeStackResource",
        "cloudformation:DescribeStacks",
        "dynamodb:GetItem",
        "dynamodb:PutItem",
        "iam:PassRole",
        "kms:CreateGrant",
        "states:StartExecution",
    },
    "ModelEndpointFunction": USES_REGISTRY
    | {
        "cloudformation:DescribeStackResource",
        "cloudformation:DescribeStacks",
        "dynamodb:GetItem",
        "dynamodb:PutItem",
        "states:StartExecution",
    },
    "PromotedModelFunction": USES_REGISTRY
    | {
        "bedrock:GetCustomModel",
        "bedrock:ListTagsForResource",
        "cloudformation:DescribeStackResource",
        "cloudformation:DescribeStacks",
        "dynamodb:GetItem",
        "dynamodb:PutItem",
        "states:StartExecution",
    },
    "JobStateFunction": USES_REGISTRY | {"dynamodb:GetItem", "states:SendTaskSuccess"},
    "SweepFunction": USES_REGISTRY
    | {
        "bedrock:GetCustomModel",
        "bedrock:GetModelCustomizationJob",
        "bedrock:ListCustomModelDeployments",
        "bedrock:ListCustomModels",
        "bedrock:ListModelCustomizationJobs",
        "bedrock:ListProvisionedModelThroughputs",
        "bedrock:ListTagsForResource",
        "cloudformation:DescribeStackResource",
        "cloudformation:DescribeStacks",
        "cloudwatch:GetMetricData",
        "dynamodb:GetItem",
        "dynamodb:PutItem",
        "dynamodb:Scan",
        "sns:Publish",
        "states:DescribeExecution",
        "states:SendTaskSuccess",
        "states:StartExecution",
    },
    "LifecycleGuardFunction": USES_REGISTRY | {"dynamodb:Scan"},
}
#: What settles undelivered events is fed from their queue, so it hands over to none.
UNDELIVERED_ACTIONS = (
    EVERY_FUNCTION
    | USES_REGISTRY
    | {
        "dynamodb:GetItem",
        "dynamodb:PutItem",
        "sqs:DeleteMessage",
        "sqs:GetQueueAttributes",
        "sqs:ReceiveMessage",
    }
)
DRIVER_ACTIONS = (
    EVERY_FUNCTION
    | USES_REGISTRY
    | {
        "bedrock:CreateCustomModelDeployment",
        "bedrock:CreateModelCustomizationJob",
        "bedrock:CreateProvisionedModelThroughput",
        "bedrock:DeleteCustomModel",
        "bedrock:DeleteCustomModelDeployment",
        "bedrock:DeleteProvisionedModelThroughput",
        "bedrock:GetCustomModel",
        "bedrock:GetCustomModelDeployment",
        "bedrock:GetModelCustomizationJob",
        "bedrock:GetProvisionedModelThroughput",
        "bedrock:InvokeModel",
        "bedrock:ListCustomModelDeployments",
        "bedrock:ListProvisionedModelThroughputs",
        "bedrock:ListTagsForResource",
        "bedrock:StopModelCustomizationJob",
        "bedrock:TagResource",
        "bedrock:UntagResource",
        "bedrock:UpdateCustomModelDeployment",
        "bedrock:UpdateProvisionedModelThroughput",
        "cloudformation:DescribeStacks",
        "cloudformation:SignalResource",
        "cloudwatch:DescribeAlarms",
        "dynamodb:GetItem",
        "dynamodb:PutItem",
        "iam:PassRole",
        "kms:CreateGrant",
        "sns:Publish",
        "kms:Sign",
        "kms:Verify",
        "s3:GetObject",
        "s3:ListBucket",
        "s3:PutObject",
        "ssm:DeleteParameter",
        "ssm:PutParameter",
        "states:SendTaskSuccess",
        "states:StartExecution",
    }
)
#: Step Functions calls it and sees its failures, so it hands over to no queue.
EVALUATION_ACTIONS = (
    EVERY_FUNCTION
    | USES_REGISTRY
    | {
        "bedrock:GetFoundationModel",
        "bedrock:InvokeModel",
        "dynamodb:GetItem",
        "dynamodb:PutItem",
        "s3:GetObject",
        "s3:GetObjectVersion",
        "s3:ListBucket",
        "s3:PutObject",
        "states:StartExecution",
    }
)
#: What it calls besides where a configuration has answers graded by evaluation jobs.
JUDGE_JOB_ACTIONS = {
    "bedrock:CreateEvaluationJob",
    "bedrock:GetEvaluationJob",
    "bedrock:ListEvaluationJobs",
    "bedrock:TagResource",
    "iam:PassRole",
    "kms:CreateGrant",
}
