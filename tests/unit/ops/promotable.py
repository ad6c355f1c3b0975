"""An environment whose model can be promoted: its registry, its output bucket and its key are fakes."""

import io
import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from botocore.exceptions import ClientError

from finetuning.lifecycle import EndpointGeneration, EndpointSlot, ModelRecord, TrainingGeneration, TrainingSlot
from finetuning.lifecycle.facts import JobFacts
from finetuning.manifest import Manifest
from ops import project
from tests.fakes import manifests
from tests.fakes.judging import FakeSigning
from tests.unit.finetuning.test_manifest_issuing import GENERATION
from tests.unit.ops.account import Account

ENDPOINT_ARN = f"arn:aws:bedrock:{manifests.REGION}:{manifests.ACCOUNT}:custom-model-deployment/1"
JOB = JobFacts(
    arn=manifests.JOB_ARN,
    name=manifests.JOB_NAME,
    status="Completed",
    created_at=0.0,
    tags={},
    settings={},
    model_arn=manifests.MODEL_ARN,
    model_status="Active",
)
PROMOTED = {"training": {"base_model": "nova-lite"}, "endpoint": {"serving": "on_demand"}}


class Source(Account):
    """A session on `dev`, whose model is in service with its manifest.

    Attributes:
        objects: of the output bucket, by their key.
        trusted: the keys that KMS has.
    """

    def __init__(self, known: Manifest | None = None, **changes: Any) -> None:
        super().__init__(changes.pop("job", JOB))
        models = {"faq": {"training": {"base_model": "nova-lite"}, "endpoint": {"serving": "on_demand"}}}
        self.environment = environment("dev", models)
        self.objects: dict[str, bytes] = {}
        self.trusted = [manifests.ALIAS]
        issued = known or manifests.made()
        digest = manifests.digest_of(issued)
        self.objects[f"manifests/faq/{digest}.json"] = manifests.text_of(issued).encode()
        signature = manifests.signature_of(digest).document()
        self.objects[f"manifests/faq/{digest}.signature.json"] = json.dumps(signature).encode()
        self.keep(record(replace(GENERATION, **{"manifest": digest, "intended": True, **changes})))

    def outputs(self, stack: str) -> Mapping[str, str]:
        """Of the stacks."""
        return {"OutputBucketName": "output"}

    def client(self, service: str) -> Any:
        """S3 and KMS."""
        return self

    def client_in(self, service: str, region: str) -> Any:
        """In any Region."""
        return self

    def get_object(self, *, Bucket: str, Key: str, ExpectedBucketOwner: str) -> dict[str, Any]:
        """S3's GetObject."""
        assert (Bucket, ExpectedBucketOwner) == ("output", manifests.ACCOUNT)
        if Key not in self.objects:
            raise ClientError({"Error": {"Code": "NoSuchKey", "Message": "no"}}, "GetObject")
        return {"Body": io.BytesIO(self.objects[Key])}

    def get_paginator(self, operation: str) -> Any:
        """S3's lists."""
        return self

    def paginate(self, *, Bucket: str, Prefix: str, ExpectedBucketOwner: str) -> list[dict[str, Any]]:
        """Of a prefix."""
        return [{"Contents": [{"Key": key} for key in self.objects if key.startswith(Prefix)]}]

    def verify(self, *, KeyId: str, Message: bytes, Signature: bytes, **_: str) -> dict[str, bool]:
        """KMS's Verify."""
        if KeyId not in self.trusted or not FakeSigning().verify(KeyId, Message.hex(), Signature):
            raise ClientError({"Error": {"Code": "KMSInvalidSignatureException", "Message": "no"}}, "Verify")
        return {"SignatureValid": True}


def record(*generations: TrainingGeneration, serving: TrainingGeneration | None = None) -> ModelRecord:
    """A record whose last generation is wanted, and one of which is in service; by default the wanted one."""
    endpoint = EndpointGeneration(
        "bbbbbbbbbb-1", "b" * 64, 1, "endpoint", "Endpoint-1", "on_demand", 0, "none", {}, arn=ENDPOINT_ARN
    )
    served = serving or generations[-1]
    return ModelRecord(
        "finetuning",
        "dev",
        "faq",
        training=TrainingSlot(
            owner="stack", removed=False, current_id=generations[-1].id, generations=tuple(generations)
        ),
        endpoint=EndpointSlot(
            owner="stack",
            removed=False,
            current_id=endpoint.id,
            generations=(endpoint,),
            published_arn=ENDPOINT_ARN,
            published_model_arn=served.model_arn,
        ),
    )


def environment(name: str, models: Mapping[str, Any]) -> project.Environment:
    """An environment of the one account."""
    return project.Environment(name, manifests.ACCOUNT, manifests.REGION, "destroy", models)


def known(**promotions: Any) -> project.Project:
    """The project: dev, and the environments that take the model from another one."""
    environments = {
        name: environment(name, {"faq": PROMOTED | {"promotion": promotion}}) for name, promotion in promotions.items()
    }
    return project.Project("finetuning", {"dev": Source().environment, **environments})
