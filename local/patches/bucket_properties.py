"""Properties of AWS::S3::Bucket that MiniStack drops: encryption, lifecycle, logging, ownership, tags.

AWS: all are applied (CloudFormation Template Reference, "AWS::S3::Bucket").
MiniStack 1.5.33: a bucket made by CloudFormation has none of them; GetBucketEncryption answers AES256 whatever the
template says.
Can go when: `_S3_BUCKET_CONFIGURATIONS` lists them.
"""

from collections.abc import Callable
from typing import Any

import botocore.session
from botocore.serialize import create_serializer
from ministack.services import s3
from ministack.services.cloudformation import provisioners

from local.patches import upstream
from local.settings import Settings

Properties = Any
_PARAMETERS = ("name", "body")


def apply(settings: Settings) -> None:
    """Install the patch."""
    put = {
        "BucketEncryption": ("PutBucketEncryption", _encryption, "_put_bucket_encryption"),
        "LifecycleConfiguration": ("PutBucketLifecycleConfiguration", _lifecycle, "_put_bucket_lifecycle"),
        "LoggingConfiguration": ("PutBucketLogging", _logging, "_put_bucket_logging"),
        "OwnershipControls": ("PutBucketOwnershipControls", _ownership, "_put_bucket_ownership_controls"),
        "Tags": ("PutBucketTagging", _tags, "_put_bucket_tagging"),
    }
    delete: dict[str, Callable[[str], Any]] = {
        "BucketEncryption": upstream.function(s3, "_delete_bucket_encryption", ("name",)),
        "LifecycleConfiguration": upstream.function(s3, "_delete_bucket_lifecycle", ("name",)),
        "LoggingConfiguration": lambda name: upstream.attribute(s3, "_bucket_logging_config").pop(name, None),
        "OwnershipControls": upstream.function(s3, "_delete_bucket_ownership_controls", ("name",)),
        "Tags": upstream.function(s3, "_delete_bucket_tagging", ("name",)),
    }
    configurations = upstream.attribute(provisioners, "_S3_BUCKET_CONFIGURATIONS")
    known = {name for name, *_ in configurations}
    added = tuple(
        (
            name,
            _body_of(operation, translate),
            _accepted(name, upstream.function(s3, put_name, _PARAMETERS)),
            delete[name],
        )
        for name, (operation, translate, put_name) in put.items()
    )
    if repeated := known & put.keys():
        raise upstream.UpstreamChangedError(f"MiniStack now applies {', '.join(sorted(repeated))} of AWS::S3::Bucket")
    provisioners._S3_BUCKET_CONFIGURATIONS = configurations + added


def _body_of(operation: str, translate: Callable[[Properties], dict[str, Any]]) -> Callable[[Properties], bytes]:
    """The XML body of the S3 operation that sets what a CloudFormation property says, written by botocore."""
    service = botocore.session.get_session().get_service_model("s3")
    model = service.operation_model(operation)
    shape = model.input_shape
    if shape is None:
        raise upstream.UpstreamChangedError(f"botocore describes no input of {operation}")
    member = shape.serialization["payload"]
    serializer = create_serializer("rest-xml", include_validation=False)

    def body(properties: Properties) -> bytes:
        request = serializer.serialize_to_request({"Bucket": "any", member: translate(properties)}, model)
        content = request["body"]
        return content if isinstance(content, bytes) else bytes(content, "utf-8")

    return body


def _accepted(name: str, put: Callable[[str, bytes], Any]) -> Callable[[str, bytes], None]:
    def store(bucket: str, body: bytes) -> None:
        status, _, answer = put(bucket, body)
        if status >= 400:
            raise ValueError(f"AWS::S3::Bucket {name} was refused: {answer!r}")

    return store


def _encryption(properties: Properties) -> dict[str, Any]:
    return {
        "Rules": [
            {
                "ApplyServerSideEncryptionByDefault": rule.get("ServerSideEncryptionByDefault", {}),
                "BucketKeyEnabled": _boolean(rule.get("BucketKeyEnabled", False)),
            }
            for rule in properties["ServerSideEncryptionConfiguration"]
        ]
    }


def _logging(properties: Properties) -> dict[str, Any]:
    target = {
        "TargetBucket": properties.get("DestinationBucketName"),
        "TargetPrefix": properties.get("LogFilePrefix", ""),
    }
    return {"LoggingEnabled": target} if target["TargetBucket"] else {}


def _ownership(properties: Properties) -> dict[str, Any]:
    return {"Rules": [{"ObjectOwnership": rule["ObjectOwnership"]} for rule in properties["Rules"]]}


def _tags(properties: Properties) -> dict[str, Any]:
    return {"TagSet": [{"Key": tag["Key"], "Value": str(tag["Value"])} for tag in properties]}


def _lifecycle(properties: Properties) -> dict[str, Any]:
    return {"Rules": [_lifecycle_rule(rule) for rule in properties["Rules"]]}


def _lifecycle_rule(rule: dict[str, Any]) -> dict[str, Any]:
    expiration = {
        api: rule[name]
        for name, api in (
            ("ExpirationInDays", "Days"),
            ("ExpiredObjectDeleteMarker", "ExpiredObjectDeleteMarker"),
        )
        if name in rule
    }
    translated: dict[str, Any] = {
        "ID": rule.get("Id", ""),
        "Status": rule["Status"],
        "Filter": _lifecycle_filter(rule),
    }
    if expiration:
        translated["Expiration"] = _numbers(expiration)
    for name in ("NoncurrentVersionExpiration", "AbortIncompleteMultipartUpload"):
        if name in rule:
            translated[name] = _numbers(rule[name])
    if "NoncurrentVersionExpirationInDays" in rule:
        translated["NoncurrentVersionExpiration"] = {"NoncurrentDays": int(rule["NoncurrentVersionExpirationInDays"])}
    if "Transitions" in rule:
        translated["Transitions"] = [
            {"Days": int(item["TransitionInDays"]), "StorageClass": item["StorageClass"]}
            for item in rule["Transitions"]
        ]
    return translated


def _lifecycle_filter(rule: dict[str, Any]) -> dict[str, Any]:
    prefix = {"Prefix": rule.get("Prefix", "")}
    if "TagFilters" not in rule:
        return prefix
    return {"And": {**prefix, "Tags": rule["TagFilters"]}}


def _numbers(values: dict[str, Any]) -> dict[str, Any]:
    return {
        name: _boolean(value) if name == "ExpiredObjectDeleteMarker" else int(value) for name, value in values.items()
    }


def _boolean(value: object) -> bool:
    return str(value).lower() == "true"
