"""Composition root of the Delivery stack: ``cdk deploy --app "python delivery.py"``, once per account."""

import os
import sys

import aws_cdk as cdk

import app as environments
from configuration import delivery
from finetuning.errors import FineTuningError
from stacks.delivery_stack import DeliveryStack


def main() -> int:
    """Synthesize the stack and return the exit code."""
    return synthesize(cdk.App(), os.environ.get("AWS_ENDPOINT_URL"))


def synthesize(app: cdk.App, endpoint_url: str | None) -> int:
    """Synthesize what an app's context asks for; problems go to stderr, without a traceback to bury them.

    Args:
        app: with ``project``, ``environments`` and ``delivery`` in its context.
        endpoint_url: of the AWS that will be deployed to, if it is not the real one.
    """
    try:
        DeliveryStack(app, delivery.load(app.node.get_all_context(), endpoint_url))
    except FineTuningError as error:
        print(error, file=sys.stderr)
        return 1
    return environments.judged(app)


if __name__ == "__main__":
    sys.exit(main())
