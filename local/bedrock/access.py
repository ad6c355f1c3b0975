"""Tags as requests carry them, and as condition keys of IAM policies."""

from collections.abc import Mapping, Sequence

from local.bedrock.protocol.faults import too_many_tags

#: Source: Bedrock User Guide, "Tag your resources": 50 tags per resource.
MAX_TAGS = 50


def tags_from(listed: Sequence[Mapping[str, str]] | None) -> dict[str, str]:
    """Tags of a request (`[{"key": ..., "value": ...}]`) by key."""
    return {tag["key"]: tag["value"] for tag in listed or ()}


def listed(tags: Mapping[str, str]) -> list[dict[str, str]]:
    """Tags in the form of responses."""
    return [{"key": key, "value": value} for key, value in tags.items()]


def require_tag_count(tags: Mapping[str, str], resource: str) -> None:
    """Refuse more tags than a resource may have.

    Raises:
        Fault: `TooManyTagsException`.
    """
    if len(tags) > MAX_TAGS:
        raise too_many_tags(f"{resource} would have {len(tags)} tags, the maximum is {MAX_TAGS}.")


def tag_keys(
    resource_tags: Mapping[str, str], request_tags: Mapping[str, str], removed: Sequence[str] = ()
) -> dict[str, str | Sequence[str]]:
    """Condition keys of the tags a resource has, and of the tags a request sets or removes."""
    keys: dict[str, str | Sequence[str]] = {f"aws:ResourceTag/{key}": value for key, value in resource_tags.items()}
    keys |= {f"aws:RequestTag/{key}": value for key, value in request_tags.items()}
    if request_tags or removed:
        keys["aws:TagKeys"] = sorted({*request_tags, *removed})
    return keys
