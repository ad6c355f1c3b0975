"""Answers CloudFormation for every custom resource: once, always, in time, and never too long.

Neither CDK's provider framework nor crhelper keeps a purchase whose Create failed (docs/adr/0002-own-responder.md).
"""

from lambdas.responder.answer import Answer
from lambdas.responder.request import CustomResourceRequest, InvalidPropertiesError
from lambdas.responder.respond import CustomResource, respond

__all__ = ["Answer", "CustomResource", "CustomResourceRequest", "InvalidPropertiesError", "respond"]
