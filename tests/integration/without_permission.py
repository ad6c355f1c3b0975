"""The app of this project, with one right taken away from the customization job function.

Run as `cdk deploy --app "python -m tests.integration.without_permission"`.
"""

import json
import os
from typing import Any

import aws_cdk as cdk
import jsii
from aws_cdk import aws_iam as iam
from constructs import IConstruct

import configuration
from stacks import environment

RIGHT = "bedrock:CreateModelCustomizationJob"


@jsii.implements(cdk.IAspect)
class WithoutRight:
    """Takes the right out of the function's own policy."""

    def visit(self, node: IConstruct) -> None:
        """Rewrite the policy of the customization job function."""
        if isinstance(node, iam.CfnPolicy) and "/CustomizationJob/" in node.node.path:
            document: Any = cdk.Stack.of(node).resolve(node.policy_document)
            statements = [s for s in document["Statement"] if RIGHT not in json.dumps(s["Action"])]
            assert len(statements) == len(document["Statement"]) - 1
            node.policy_document = {**document, "Statement": statements}


def main() -> None:
    """Synthesize what the context asks for, without the right."""
    app = cdk.App()
    environment.define(app, configuration.load(app.node.get_all_context(), os.environ.get("AWS_ENDPOINT_URL")))
    cdk.Aspects.of(app).add(WithoutRight())
    app.synth()


if __name__ == "__main__":
    main()
