"""How Step Functions names what went wrong with a function without its doing."""

#: Source: Step Functions Developer Guide, 'Error handling', best practice for transient Lambda exceptions.
TRANSIENT = (
    "Lambda.ClientExecutionTimeoutException",
    "Lambda.ServiceException",
    "Lambda.AWSLambdaException",
    "Lambda.SdkClientException",
    "Lambda.TooManyRequestsException",
)
