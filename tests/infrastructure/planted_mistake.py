"""The app of this project beside a stack with a mistake that only CDK's built-in template validator sees.

The validation report lists no validator that found nothing, so one planted finding proves that it looked at all.
"""

import os
import sys

import aws_cdk as cdk

import app

STACK = "PlantedMistake"
LOGICAL_ID = "Queue"


def main() -> int:
    """Synthesize as always, and the mistake with it."""
    made = cdk.App()
    wrong = {"MessageRetentionPeriod": "for ever"}
    cdk.CfnResource(cdk.Stack(made, STACK), LOGICAL_ID, type="AWS::SQS::Queue", properties=wrong)
    return app.synthesize(made, os.environ.get("AWS_ENDPOINT_URL"))


if __name__ == "__main__":
    sys.exit(main())
