"""The app of this project, with one right taken away from the customization job function.

Run as `cdk deploy --app "python -m tests.integration.without_permission"`.
"""

import os

import aws_cdk as cdk
from aws_cdk import aws_iam as iam

import configuration
from stacks import environment
from stacks.control_stack import ControlStack

RIGHT = "bedrock:CreateModelCustomizationJob"


def main() -> None:
    """Synthesize what the context asks for; a Deny takes the right away, wherever it is granted."""
    app = cdk.App()
    selection = configuration.load(app.node.get_all_context(), os.environ.get("AWS_ENDPOINT_URL"))
    environment.define(app, selection, runs_here=True)
    control = app.node.find_child("finetuning-local-Control")
    assert isinstance(control, ControlStack)
    control.customization_job.function.grant(
        iam.PolicyStatement(effect=iam.Effect.DENY, actions=[RIGHT], resources=["*"])
    )
    app.synth()


if __name__ == "__main__":
    main()
