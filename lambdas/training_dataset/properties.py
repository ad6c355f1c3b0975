"""What the stack asks of the training dataset resource, parsed once."""

from dataclasses import dataclass

from finetuning import catalog, object_keys
from finetuning.base_model import BaseModel
from finetuning.dataset.purpose import held_to
from lambdas.responder import CustomResourceRequest


@dataclass(frozen=True)
class WantedDataset:
    """The properties of the resource.

    Attributes:
        model: name of the use case.
        base_model: whose rules and format apply, as they are for the customization type.
        sources: split → URI of the file, in the order training, validation, test.
        owners: split → account that owns the bucket of the file.
        reader: role that may read the files; "" for the function's own.
        data_format: of the files; "" to recognise it.
        system_prompt: for examples that have none; "" for none.
        waivers: code of a rule → why it is waived.
        batch_size: hyperparameter of the job; None for the base model's default.
        media: URI below which images and videos may be; "" if the dataset may have none.
        media_owner: account that owns their bucket.
        bucket: that takes the copies.
        account: that the stack, and so the data bucket, belongs to.
        expected_digests: split → SHA-256 that its staged copy must have; empty if any data will do.
        request_id: the same when the event is delivered again.
    """

    model: str
    base_model: BaseModel
    sources: dict[str, str]
    owners: dict[str, str]
    reader: str
    data_format: str
    system_prompt: str
    waivers: dict[str, str]
    batch_size: int | None
    media: str
    media_owner: str
    bucket: str
    account: str
    expected_digests: dict[str, str]
    request_id: str


def parse(request: CustomResourceRequest, bucket: str) -> WantedDataset:
    """Read the properties; the bucket takes the copies.

    Raises:
        InvalidPropertiesError: one has the wrong form.
        UnknownBaseModelError: the catalog does not know the base model.
    """
    uris = {split: request.text(split.capitalize(), "") for split in object_keys.SPLITS}
    account = request.stack_id.split(":")[4]
    return WantedDataset(
        model=request.text("Model"),
        base_model=held_to(catalog.find(request.text("BaseModel")), request.text("CustomizationType", "FINE_TUNING")),
        sources={split: uri for split, uri in uris.items() if uri},
        owners={split: request.text(f"{split.capitalize()}Account", account) for split in object_keys.SPLITS},
        # Stacks of an earlier release name no role: theirs put the right on the function's own.
        reader=request.text("SourcesRole", ""),
        data_format=request.text("Format", ""),
        system_prompt=request.text("SystemPrompt", ""),
        waivers=request.texts("Waivers"),
        batch_size=request.number("BatchSize") if request.text("BatchSize", "") else None,
        media=request.text("Media", ""),
        media_owner=request.text("MediaAccount", account),
        bucket=bucket,
        account=account,
        expected_digests=request.texts("ExpectedDigests"),
        request_id=request.request_id,
    )
