"""Rights on the environments' keys: by name if they are given, and by the owner tags if the environments make them."""

from collections.abc import Iterator, Sequence
from typing import Any

from stacks.constructs import key_access
from stacks.constructs.delivery.rights import Right
from stacks.constructs.delivery.site import Site

TAGGED = "The key is made by a stack that does not exist yet; the owner tags say which key it is"


def use(site: Site, actions: Sequence[str], service: str, *, of_any_environment: bool = False) -> Iterator[Right]:
    """Yield the right to these actions, asked for by a service only.

    Args:
        site: the environments.
        actions: of KMS.
        service: that asks for them.
        of_any_environment: whether keys of the project's other environments are meant too, whatever they are called.

    Source for the tags: AWS KMS Developer Guide, 'ABAC for AWS KMS'.
    """
    via: dict[str, Any] = {"kms:ViaService": key_access.via_services(site.stack, [service])}
    owned = {key: value for key, value in site.owned().items() if not of_any_environment or key.endswith(":project")}
    given = [environment.key_arn for environment in site.environments]
    named = [arn for arn in dict.fromkeys(given) if arn is not None]
    if named:
        yield Right(actions, named, {"StringEquals": via})
    if None in given:
        yield Right(actions, [site.arn("kms", "key/*")], {"StringEquals": {**via, **owned}}, TAGGED)
