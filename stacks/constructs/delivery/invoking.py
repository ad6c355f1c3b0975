"""The rights of whoever asks a custom model: applications of other accounts, and workflows that see whether it answers.

InvokeModel, Converse and their streaming kin are authorised as the first two actions. Source: Bedrock API reference,
Converse and ConverseStream, 'This operation requires permission for'.
"""

from collections.abc import Iterator

from stacks.constructs import key_access
from stacks.constructs.delivery import environment_keys
from stacks.constructs.delivery.rights import Right
from stacks.constructs.delivery.site import Site

INVOKE = ("bedrock:InvokeModel", "bedrock:InvokeModelWithResponseStream")


def endpoints(site: Site, project: Site) -> Iterator[Right]:
    """Yield asking the endpoints of some environments.

    Args:
        site: these environments.
        project: all environments. A promoted model has the key of the environment that trained it.
    """
    arns = [site.arn("bedrock", f"{kind}/*") for kind in ("custom-model-deployment", "provisioned-model")]
    reason = "Bedrock assigns these ids; the owner tags say whose endpoints they are"
    yield Right(INVOKE, arns, {"StringEquals": site.owned()}, reason)
    yield from environment_keys.use(project, key_access.INVOKE, "bedrock", of_any_environment=True)


def base_models(site: Site) -> Right:
    """Return asking base models, with which `ops ask` compares an answer."""
    base_models = f"arn:{site.stack.partition}:bedrock:{site.stack.region}::foundation-model/*"
    return Right(["bedrock:InvokeModel"], [base_models], reason="Which base model it is the configuration says")
