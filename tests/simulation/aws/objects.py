"""S3 as far as staging a dataset goes: objects and their versions, multipart uploads, copies."""

import io
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import md5
from typing import Any
from urllib.parse import unquote

from tests.simulation.aws.client import Operation, Parameters
from tests.simulation.aws.errors import refusal

Place = tuple[str, str]


@dataclass(frozen=True)
class StoredObject:
    """One version of an object."""

    content: bytes
    version: str
    metadata: Mapping[str, str] = field(default_factory=dict)

    @property
    def etag(self) -> str:
        """With its quotes."""
        return f'"{md5(self.content, usedforsecurity=False).hexdigest()}"'


class ObjectStore:
    """Buckets that keep versions.

    Attributes:
        versions: every version of every object, oldest first, by bucket and key.
        denied: reads that are refused before rights are in force: counts down.
        uploads: multipart uploads under way, which cost until they are completed or aborted.
    """

    def __init__(self) -> None:
        self.versions: dict[Place, list[StoredObject]] = {}
        self.denied = 0
        self.uploads: dict[str, tuple[Place, Mapping[str, str], dict[int, bytes]]] = {}
        self._count = 0

    def operations(self) -> Mapping[str, Operation]:
        """What a client can do."""
        return {
            "head_object": self._head,
            "get_object": self._get,
            "put_object": self._put,
            "copy_object": self._copy,
            "delete_object": self._delete,
            "create_multipart_upload": self._begin,
            "upload_part": self._part,
            "complete_multipart_upload": self._complete,
            "abort_multipart_upload": self._abort,
        }

    def put(self, bucket: str, key: str, content: bytes, metadata: Mapping[str, str] | None = None) -> str:
        """Write an object; returns its version id."""
        self._count += 1
        version = f"version-{self._count}"
        self.versions.setdefault((bucket, key), []).append(StoredObject(content, version, metadata or {}))
        return version

    def read(self, bucket: str, key: str) -> bytes | None:
        """The newest content, or None."""
        versions = self.versions.get((bucket, key))
        return versions[-1].content if versions else None

    def _head(self, parameters: Parameters) -> Mapping[str, Any]:
        found = self._found(parameters, missing="404", denied="403")
        return {
            "ContentLength": len(found.content),
            "VersionId": found.version,
            "ETag": found.etag,
            "Metadata": found.metadata,
        }

    def _get(self, parameters: Parameters) -> Mapping[str, Any]:
        found = self._found(parameters, missing="NoSuchKey", denied="AccessDenied")
        if parameters.get("IfMatch", found.etag) != found.etag:
            raise refusal("PreconditionFailed", "At least one of the pre-conditions you specified did not hold")
        first = int(parameters.get("Range", "bytes=0-").removeprefix("bytes=").partition("-")[0])
        return {"Body": io.BytesIO(found.content[first:]), "ETag": found.etag, "VersionId": found.version}

    def _put(self, parameters: Parameters) -> Mapping[str, Any]:
        version = self.put(parameters["Bucket"], parameters["Key"], parameters["Body"], parameters.get("Metadata"))
        return {"VersionId": version}

    def _copy(self, parameters: Parameters) -> Mapping[str, Any]:
        path, _, version = parameters["CopySource"].partition("?versionId=")
        bucket, _, key = path.partition("/")
        wanted = {"Bucket": bucket, "Key": unquote(key), **({"VersionId": version} if version else {})}
        found = self._found(wanted, missing="NoSuchKey", denied="AccessDenied")
        if parameters.get("CopySourceIfMatch", found.etag) != found.etag:
            raise refusal("PreconditionFailed", "At least one of the pre-conditions you specified did not hold")
        return {"VersionId": self.put(parameters["Bucket"], parameters["Key"], found.content, found.metadata)}

    def _delete(self, parameters: Parameters) -> Mapping[str, Any]:
        place = parameters["Bucket"], parameters["Key"]
        kept = [found for found in self.versions.get(place, []) if found.version != parameters["VersionId"]]
        self.versions.pop(place, None)
        if kept:
            self.versions[place] = kept
        return {}

    def _begin(self, parameters: Parameters) -> Mapping[str, Any]:
        self._count += 1
        upload_id = f"upload-{self._count}"
        self.uploads[upload_id] = (parameters["Bucket"], parameters["Key"]), parameters.get("Metadata", {}), {}
        return {"UploadId": upload_id}

    def _part(self, parameters: Parameters) -> Mapping[str, Any]:
        _, _, parts = self._upload(parameters)
        parts[parameters["PartNumber"]] = parameters["Body"]
        return {"ETag": f'"{parameters["PartNumber"]}"'}

    def _complete(self, parameters: Parameters) -> Mapping[str, Any]:
        (bucket, key), metadata, parts = self._upload(parameters)
        del self.uploads[parameters["UploadId"]]
        numbers = [part["PartNumber"] for part in parameters["MultipartUpload"]["Parts"]]
        return {"VersionId": self.put(bucket, key, b"".join(parts[number] for number in numbers), metadata)}

    def _abort(self, parameters: Parameters) -> Mapping[str, Any]:
        self._upload(parameters)
        del self.uploads[parameters["UploadId"]]
        return {}

    def _upload(self, parameters: Parameters) -> tuple[Place, Mapping[str, str], dict[int, bytes]]:
        if parameters["UploadId"] not in self.uploads:
            raise refusal("NoSuchUpload", "The specified multipart upload does not exist.")
        return self.uploads[parameters["UploadId"]]

    def _found(self, parameters: Parameters, *, missing: str, denied: str) -> StoredObject:
        if self.denied:
            self.denied -= 1
            raise refusal(denied, "Access Denied")
        versions = self.versions.get((parameters["Bucket"], parameters["Key"]), [])
        wanted = parameters.get("VersionId")
        found = [item for item in versions if wanted in (None, item.version)]
        if not found:
            raise refusal(missing, "The specified key does not exist.")
        return found[-1]
