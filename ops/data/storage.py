"""The gateway to S3 with the operator's own credentials, made only when an input or an upload needs it."""

from lambdas.gateways.storage import StorageGateway


def default_storage() -> StorageGateway:
    """The gateway with the Region and the credentials of the shell."""
    return StorageGateway()
