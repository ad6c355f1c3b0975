"""Composition root: reads the context once, builds the stacks of one environment, and lets cdk-nag judge them."""

import gc
import os
import sys

if __name__ == "__main__":
    # A synthesis ends before cycles of garbage matter. To look for them, while it imports and runs and once more at its
    # end, takes a seventh of its time (`make bench`, synthesis).
    gc.disable()

import aws_cdk as cdk
from cdk_nag import AwsSolutionsChecks

import configuration
from configuration.choice import is_loopback
from finetuning.errors import FineTuningError
from stacks import environment


def main() -> int:
    """Synthesize what the CDK CLI asks for and return the exit code."""
    return synthesize(cdk.App(), os.environ.get("AWS_ENDPOINT_URL"))


def synthesize(app: cdk.App, endpoint_url: str | None) -> int:
    """Synthesize what an app's context asks for; problems go to stderr, without a traceback to bury them.

    Args:
        app: with ``project``, ``environments`` and the ``-c`` values in its context.
        endpoint_url: of the AWS that will be deployed to, if it is not the real one.
    """
    try:
        selection = configuration.load(app.node.get_all_context(), endpoint_url)
        environment.define(app, selection, runs_here=is_loopback(endpoint_url))
    except FineTuningError as error:
        print(error, file=sys.stderr)
        return 1
    return judged(app)


def judged(app: cdk.App) -> int:
    """Synthesize what an app holds, let cdk-nag judge it, and return the exit code."""
    cdk.Validations.of(app).add_plugins(AwsSolutionsChecks(app))
    try:
        app.synth()
    except RuntimeError as error:
        if "ValidationFailed" not in str(error):
            raise
        return 1  # CDK has printed the findings and how to acknowledge them
    return 0


if __name__ == "__main__":
    code = main()
    gc.freeze()  # or the interpreter looks for cycles when it ends
    sys.exit(code)
