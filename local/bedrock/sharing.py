"""Sharing custom models with other accounts: the part of Resource Access Manager that a copy needs.

Source: Bedrock User Guide, "Share a model for another account to use". All accounts are of one organization that shares
without invitations; a share ends when it is deleted. What is no custom model is refused.
"""

from collections.abc import Mapping
from typing import Any

from local.bedrock.protocol import Call, Fault
from local.bedrock.site import Operation, Result, Site
from local.bedrock.store import Share, new_id


def create(site: Site, call: Call) -> Result:
    """Share custom models with accounts."""
    site.authorize(call, ["*"], action="ram:CreateResourceShare")
    parameters = call.parameters
    models, accounts = parameters.get("resourceArns", []), parameters.get("principals", [])
    for model in models:
        if model not in site.store.models:
            raise Fault("UnknownResourceException", f"Resource {model} could not be found.")
        # RAM shares what its owner lets it share: it puts a policy on the model in the caller's name.
        site.authorize(call, [model], action="bedrock:PutResourcePolicy")
    for account in accounts:
        if len(account) != 12 or not account.isdigit():
            raise Fault("InvalidParameterException", f"Principal {account} is no account; only accounts are, here.")
    share = Share(
        arn=f"arn:aws:ram:{site.region}:{site.account}:resource-share/{new_id()}",
        name=parameters["name"],
        models=tuple(models),
        accounts=tuple(accounts),
        created=site.clock.now(),
    )
    with site.store.lock:
        site.store.shares[share.arn] = share
    return {"resourceShare": _shown(site, share), "clientToken": parameters.get("clientToken")}


def list_(site: Site, call: Call) -> Result:
    """Shares of this account, or those that others have with it, in this Region."""
    site.authorize(call, ["*"], action="ram:GetResourceShares")
    parameters = call.parameters
    arns, name = parameters.get("resourceShareArns"), parameters.get("name")
    if parameters["resourceOwner"] != "SELF":
        raise Fault("InvalidParameterException", "The embedded AWS lists the shares of their owner only.")
    shown = [
        _shown(site, share)
        for share in site.store.shares.values()
        if (arns is None or share.arn in arns) and name in (None, share.name)
    ]
    return {"resourceShares": shown}


def delete(site: Site, call: Call) -> Result:
    """End a share; what was copied stays."""
    arn = call.parameters["resourceShareArn"]
    site.authorize(call, [arn], action="ram:DeleteResourceShare")
    with site.store.lock:
        if site.store.shares.pop(arn, None) is None:
            raise Fault("UnknownResourceException", f"ResourceShare {arn} could not be found.")
    return {"returnValue": True}


OPERATIONS: Mapping[str, Operation] = {
    "CreateResourceShare": create,
    "GetResourceShares": list_,
    "DeleteResourceShare": delete,
}


def _shown(site: Site, share: Share) -> dict[str, Any]:
    return {
        "resourceShareArn": share.arn,
        "name": share.name,
        "owningAccountId": site.account,
        "allowExternalPrincipals": False,
        "status": "ACTIVE",
        "creationTime": share.created,
        "lastUpdatedTime": share.created,
        "featureSet": "STANDARD",
    }
