"""CloudFormation cannot delete a bucket that is not empty.

AWS: the deletion fails with BucketNotEmpty and the stack ends DELETE_FAILED (CloudFormation Template Reference,
"AWS::S3::Bucket": "You can only delete empty buckets"); old versions and delete markers count.
MiniStack 1.5.33: the provisioner drops the bucket and all that is in it.
Can go when: `_s3_delete` calls `_delete_bucket`.
"""

from typing import Any

from ministack.services import s3
from ministack.services.cloudformation import provisioners

from local.patches import upstream
from local.settings import Settings

_delete_bucket = upstream.function(s3, "_delete_bucket", ("name",))


def apply(settings: Settings) -> None:
    """Install the patch."""
    handler = upstream.entry(provisioners._RESOURCE_HANDLERS, "AWS::S3::Bucket", "_RESOURCE_HANDLERS")
    drop = upstream.entry(handler, "delete", "the AWS::S3::Bucket handler")

    def delete(physical_id: str, props: dict[str, Any]) -> None:
        if physical_id not in s3._buckets:
            return
        status, _, _ = _delete_bucket(physical_id)
        if status == 409:
            raise ValueError(
                f'Resource handler returned message: "The bucket you tried to delete is not empty (Service: S3, '
                f'Status Code: 409, Bucket: {physical_id})" (HandlerErrorCode: GeneralServiceException)'
            )
        drop(physical_id, props)

    handler["delete"] = delete
