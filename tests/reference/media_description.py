"""How an image or a video is described: ``{"format", "source": {"s3Location": {"uri", "bucketOwner"?}}}``.

Source: Amazon Nova User Guide, 'Preparing data for fine-tuning understanding models', and AWS's validator for it.
"""

import string
from typing import Any

#: Code and path of a fault.
Fault = tuple[str, str]

KEY_CHARACTERS = set(string.ascii_letters + string.digits + "_-/.")
BUCKET_CHARACTERS = set(string.ascii_lowercase + string.digits + ".-")


def key_faults(
    value: dict[str, Any], needed: set[str], allowed: set[str], path: str, codes: tuple[str, str] = ("DS201", "DS202")
) -> list[Fault]:
    """Return a fault for each key that an object must not have and each one that it lacks."""
    unknown = value.keys() - needed - allowed
    missing = needed - value.keys()
    return [(codes[0], path)] * len(unknown) + [(codes[1], path)] * len(missing)


def description_faults(value: Any, path: str) -> list[Fault]:
    """Return what is wrong with the description of an image or a video."""
    if not isinstance(value, dict):
        return [("DS208", path)]
    codes = ("DS208", "DS208")
    faults = key_faults(value, {"format", "source"}, set(), path, codes)
    if not isinstance(value.get("format", ""), str):
        faults.append(("DS208", f"{path}.format"))
    source, path = value.get("source", {"s3Location": {"uri": "s3://any/any"}}), f"{path}.source"
    if not isinstance(source, dict):
        return [*faults, ("DS208", path)]
    faults.extend(key_faults(source, {"s3Location"}, set(), path, codes))
    location, path = source.get("s3Location", {"uri": "s3://any/any"}), f"{path}.s3Location"
    if not isinstance(location, dict):
        return [*faults, ("DS208", path)]
    faults.extend(key_faults(location, {"uri"}, {"bucketOwner"}, path, codes))
    uri, owner = location.get("uri", "s3://any/any"), location.get("bucketOwner", "0" * 12)
    if not (isinstance(owner, str) and len(owner) == 12 and set(owner) <= set(string.digits)):
        faults.append(("DS208", f"{path}.bucketOwner"))
    if not isinstance(uri, str):
        faults.append(("DS208", f"{path}.uri"))
    elif not is_object_uri(uri):
        faults.append(("DS209", f"{path}.uri"))
    return faults


def is_object_uri(uri: str) -> bool:
    """Return whether a text is ``s3://bucket/key`` with a bucket's name and a key of the allowed characters."""
    if not uri.startswith("s3://"):
        return False
    bucket, slash, key = uri.removeprefix("s3://").partition("/")
    ends = set(bucket[:1] + bucket[-1:]) <= BUCKET_CHARACTERS - set(".-")
    named = 3 <= len(bucket) <= 63 and set(bucket) <= BUCKET_CHARACTERS and ends and ".." not in bucket
    return named and bool(slash) and 1 <= len(key) <= 1024 and not key.endswith("/") and set(key) <= KEY_CHARACTERS
