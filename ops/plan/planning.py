"""Plans: what a deployment would do to each model, from the configuration, its data, the registry and Bedrock."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Protocol

from configuration import ModelConfiguration, Selection, promoted, wanted
from configuration.pins import Pin
from finetuning.dataset.report import DatasetReport
from finetuning.lifecycle import ModelRecord, Observed
from finetuning.lifecycle.endpoint import EndpointWanted
from finetuning.lifecycle.forecast import Forecast, forecast
from finetuning.lifecycle.training import TrainingWanted
from finetuning.lifecycle.wanted import endpoint_wanted, training_wanted
from finetuning.promotion.agreement import differences
from finetuning.promotion.pinned import read_pinned
from finetuning.promotion.wanted import promoted_wanted
from ops import foundation
from ops.plan import dataset

#: In place of what only a deployment of the Foundation stack tells.
KNOWN_LATER = "known-after-the-deployment"


class Site(Protocol):
    """What is deployed, as a plan needs to know it."""

    def outputs(self) -> Mapping[str, str]:
        """The Foundation stack's outputs; none before the first deployment."""

    def look(self, model: str) -> tuple[ModelRecord, Observed]:
        """The model's record, a blank one if it is not known, and what it has bought, seen now."""

    def deployed(self) -> tuple[str, ...]:
        """The models whose stacks are deployed."""


@dataclass(frozen=True)
class ModelPlan:
    """What a deployment would do to one model.

    Attributes:
        model: name of the use case.
        region: of its environment.
        forecast: None if the dataset is refused, because what would be trained is not known then. Of a model that is
            not configured any more: what the removal of its stack would do.
        dataset: report on the files; None for a promoted model, and for one that is not configured any more.
        manifest: SHA-256 of the one that is pinned; "" without.
        others: which files are not those that the pinned manifest names.
        training: that is wanted.
        endpoint: that is wanted.
        epochs: that are billed at most; None if unknown.
        objections: what the account has against it, where it was asked.
    """

    model: str
    region: str
    forecast: Forecast | None
    dataset: DatasetReport | None = None
    manifest: str = ""
    others: tuple[str, ...] = ()
    training: TrainingWanted | None = None
    endpoint: EndpointWanted | None = None
    epochs: int | None = None
    objections: tuple[str, ...] = ()

    @property
    def is_configured(self) -> bool:
        """Whether the configuration has the model; if not, a deployment leaves its stack alone."""
        return self.dataset is not None or bool(self.manifest)

    @property
    def unknown_name(self) -> str:
        """The name of a job that will have another one, because it derives from a key that is still to be made."""
        job = self.forecast.after.training.current if self.forecast else None
        return job.job_name if job and job.settings.get("customModelKmsKeyId") == KNOWN_LATER else ""

    @property
    def tokens(self) -> int | None:
        """Estimated tokens of the training dataset."""
        splits = self.dataset.splits if self.dataset else ()
        return next((split.estimated_tokens for split in splits if split.split == "training"), None)

    @property
    def refusals(self) -> tuple[str, ...]:
        """Why the deployment would be refused."""
        if self.dataset is not None and self.dataset.errors:
            errors = f"{self.dataset.errors} error{'s' if self.dataset.errors > 1 else ''}"
            return (f"the dataset has {errors}: python -m ops data validate shows all",)
        if self.others:
            return self.others
        if self.forecast is None or not self.is_configured:
            return ()
        own = self.forecast.refusals
        if not own and not self.forecast.steps:
            return ()  # where nothing is to be done, CloudFormation asks for no preflight
        # A preflight knows the caps too.
        return (*(each for each in self.objections if not each.endswith(own)), *own)

    @property
    def problem(self) -> str:
        """Why what is wanted would not be reached without a human, or ""."""
        return self.forecast.problem if self.forecast and self.is_configured else ""


def plans(selection: Selection, site: Site, *, all_models: bool) -> Iterator[ModelPlan]:
    """Yield the plan of each selected model, then of those that are deployed and not configured any more.

    Args:
        selection: what would be deployed.
        site: what is deployed.
        all_models: whether all models of the configuration are selected.

    Raises:
        UnreadableError: a dataset cannot be read.
        SlotOwnedError: another stack owns a model.
    """
    for model, configuration in selection.models.items():
        yield _configured(model, configuration, selection, site)
    if all_models:
        for model in site.deployed():
            if model not in selection.models:
                yield ModelPlan(model, selection.environment.region, forecast(*site.look(model), None, None))


def _configured(model: str, configuration: ModelConfiguration, selection: Selection, site: Site) -> ModelPlan:
    environment, outputs, pin = selection.environment, site.outputs(), selection.pins.get(model)
    if pin is not None and promoted.takes_the_model(configuration):
        return _promoted(model, configuration, selection, site, pin)
    staged = dataset.staged(model, configuration, environment.account, _made(outputs, "DataBucketName"))
    expected, locations = promoted.expected_digests(pin) if pin else {}, configuration.training.dataset.locations
    others = tuple(differences(expected, staged.digests, locations))
    if staged.report.errors or others:
        return ModelPlan(model, environment.region, None, staged.report, others=others)
    reference = promoted.reference(configuration, pin) if pin else None
    asked = {**wanted.job_properties(model, configuration, environment, reference), **staged.properties}
    training = training_wanted(
        asked,
        service_role_arn=environment.service_role_arn or _made(outputs, "ServiceRoleArn"),
        key_arn=environment.key_arn or _made(outputs, "KeyArn"),
    )
    endpoint = _endpoint(model, configuration, selection)
    made = forecast(*site.look(model), training, endpoint)
    epochs = int(asked["BilledEpochs"]) if asked["BilledEpochs"] else None
    manifest = pin.digest if pin else ""
    return ModelPlan(
        model, environment.region, made, staged.report, manifest, training=training, endpoint=endpoint, epochs=epochs
    )


def _promoted(model: str, configuration: ModelConfiguration, selection: Selection, site: Site, pin: Pin) -> ModelPlan:
    """The plan of a model that comes as it is. Whether the pin is signed, the deployment asks KMS."""
    properties = promoted.promoted_properties(selection.project, model, configuration, selection.environment, pin)
    key_arn = selection.environment.key_arn or _made(site.outputs(), "KeyArn")
    training = promoted_wanted(read_pinned(properties), pin.manifest, key_arn)
    endpoint = _endpoint(model, configuration, selection)
    made = forecast(*site.look(model), training, endpoint)
    region = selection.environment.region
    return ModelPlan(model, region, made, manifest=pin.digest, training=training, endpoint=endpoint)


def _endpoint(model: str, configuration: ModelConfiguration, selection: Selection) -> EndpointWanted | None:
    properties = wanted.endpoint_properties(model, configuration, selection.environment)
    return None if properties is None else endpoint_wanted(properties)


def _made(outputs: Mapping[str, str], name: str) -> str:
    """What the Foundation stack made; if it was given one that is not configured any more, it makes another."""
    return foundation.made(outputs, name) or KNOWN_LATER
