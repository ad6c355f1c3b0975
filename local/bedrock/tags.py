"""TagResource, UntagResource and ListTagsForResource."""

from collections.abc import Mapping

from local.bedrock import access
from local.bedrock.protocol import Call
from local.bedrock.protocol.faults import not_found
from local.bedrock.site import Operation, Result, Site


def tag(site: Site, call: Call) -> Result:
    """Add or change tags of a job, custom model, provisioned throughput or custom model deployment."""
    added = access.tags_from(call.parameters["tags"])
    site.authorize(call, [call.parameters["resourceARN"]], added)
    with site.store.lock:
        merged = {**_tags(site, call), **added}
        access.require_tag_count(merged, "The resource")
        site.store.tags[call.parameters["resourceARN"]] = merged
    return {}


def untag(site: Site, call: Call) -> Result:
    """Remove tags; keys that are not there are ignored."""
    removed = set(call.parameters["tagKeys"])
    site.authorize(call, [call.parameters["resourceARN"]], removed_tags=sorted(removed))
    with site.store.lock:
        kept = {key: value for key, value in _tags(site, call).items() if key not in removed}
        site.store.tags[call.parameters["resourceARN"]] = kept
    return {}


def list_(site: Site, call: Call) -> Result:
    """Tags of a resource."""
    site.authorize(call, [call.parameters["resourceARN"]])
    return {"tags": access.listed(_tags(site, call))}


OPERATIONS: Mapping[str, Operation] = {"TagResource": tag, "UntagResource": untag, "ListTagsForResource": list_}


def _tags(site: Site, call: Call) -> dict[str, str]:
    arn = call.parameters["resourceARN"]
    if arn not in site.store.tags:
        raise not_found(f"Could not find the resource {arn}.")
    return site.store.tags[arn]
