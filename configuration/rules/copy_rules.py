"""Whether AWS can copy a model to where it is promoted to: as the catalog has it, which few base models allow."""

from collections.abc import Iterator

from configuration.rules.case import Case
from finetuning import catalog
from finetuning.base_model import Sharing
from finetuning.manifest import Manifest
from finetuning.problems import Problem

_FIX = "choose method 'retrain' (another model, trained from the same data and judged anew)"


def problems(case: Case, manifest: Manifest) -> Iterator[Problem]:
    """Yield why the model of a manifest cannot be copied to this environment.

    Sources: Bedrock User Guide, 'Supported Regions and models for model copy' and '… for model sharing'.
    """
    here = case.environment
    try:
        base_model = catalog.find(manifest.base_model)
    except catalog.UnknownBaseModelError:
        return  # another rule says so
    if not (here.account and here.region):
        return
    path = f"{case.path}.promotion.method"
    if (manifest.account, manifest.region) == (here.account, here.region):
        yield Problem(path, "is 'copy', and the model is in this account and Region already", "choose method 'swap'")
        return
    promotion = case.model.promotion
    if promotion is not None and promotion.manifest_key_arn is None:
        message = "is required: the key that signs the source's manifests is in another account or Region"
        fix = f"set it to output ManifestKeyArn of {promotion.source}'s Foundation stack"
        yield Problem(f"{case.path}.promotion.manifest_key_arn", message, fix)
    for reason in _obstacles(base_model.sharing, manifest, here.account, here.region):
        yield Problem(path, f"is 'copy', and custom models of {base_model.name} {reason}", _FIX)


def _obstacles(sharing: Sharing, manifest: Manifest, account: str, region: str) -> Iterator[str]:
    regions = sharing.copy_regions or ()
    if not sharing.copyable or manifest.region not in regions or region not in regions:
        allowed = f"can be copied between: {', '.join(regions)}" if sharing.copyable and regions else "cannot be copied"
        yield f"{allowed}; asked for is {manifest.region} to {region}"
    if account != manifest.account and (not sharing.shareable or manifest.region not in sharing.share_regions):
        allowed = ", ".join(sharing.share_regions)
        where = f"only in: {allowed}" if sharing.shareable else "at all"
        yield f"cannot be shared with another account {where}; the model is in {manifest.account}, {manifest.region}"
