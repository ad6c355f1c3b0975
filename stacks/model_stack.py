"""One use case: its dataset and its customization job, or the model of another environment, and its endpoint."""

from collections.abc import Mapping
from typing import Any

from aws_cdk import CfnOutput, Stack
from aws_cdk import aws_s3_assets as s3_assets
from constructs import Construct, IConstruct

from configuration import EnvironmentConfiguration, ModelConfiguration, promoted, wanted
from configuration.dataset_files import local_file, parse_s3
from configuration.evaluated import is_judged_apart
from configuration.models import DatasetConfiguration
from configuration.pins import Pin
from finetuning import catalog
from stacks.constructs import customization_rights, wait_for_model
from stacks.constructs.customization_job import CustomizationJob
from stacks.constructs.dataset_definition import DatasetMedia, DatasetRules, DatasetSource
from stacks.constructs.model_endpoint import ModelEndpoint
from stacks.constructs.preflight import Preflight, PreflightProperties
from stacks.constructs.promoted_model import PromotedModel
from stacks.constructs.training_dataset import TrainingDataset
from stacks.control_stack import ControlStack

# Fields of `training`: what is kept, how it is tagged, who may read the data and which warnings are accepted.
_DECIDES_NO_MODEL: Mapping[str, bool | Mapping[str, bool]] = {
    "keep_previous": True,
    "tags": True,
    "dataset": {"waivers": True, "key_arn": True, "account": True},
}


class ModelStack(Stack):
    """Composes the custom resources of a model; nothing that changes between deploys crosses to other stacks."""

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        model: str,
        configuration: ModelConfiguration,
        environment: EnvironmentConfiguration,
        control: ControlStack,
        wait: bool,
        project: str,
        pin: Pin | None = None,
        **kwargs: Any,
    ) -> None:
        """Define the stack.

        Args:
            scope: the app.
            id_: name of the stack.
            model: name of the use case.
            configuration: checked by `configuration.load`.
            environment: that the model is in.
            control: the functions behind the custom resources.
            wait: whether CloudFormation waits until the model serves.
            project: that the environment belongs to.
            pin: of a model with a promotion.
            kwargs: of `Stack`.
        """
        super().__init__(scope, id_, **kwargs)
        self._model, self._configuration, self._control = model, configuration, control
        self._project, self._environment, self._pin = project, environment, pin
        self._endpoint_properties = wanted.endpoint_properties(model, configuration, environment)
        self._sources: list[DatasetSource] = []
        maker = self._promoted(pin) if pin and promoted.takes_the_model(configuration) else self._trained(pin)
        if self._endpoint_properties is not None:
            self._endpoint(maker, self._endpoint_properties, wait=wait)

    def _promoted(self, pin: Pin) -> IConstruct:
        """The very model of another environment: nothing is checked, staged or trained here."""
        preflight = self._preflight(pin.manifest.custom_model_arn)
        model = self._follow(pin, "PromotedModel")
        model.node.add_dependency(preflight)
        CfnOutput(self, "Generation", value=model.resource.get_att_string("Generation"))
        CfnOutput(self, "Manifest", value=model.resource.get_att_string("Manifest"))
        return model

    def _trained(self, pin: Pin | None) -> IConstruct:
        """A model of its own; with a pin, one that is made and has to be as a manifest says."""
        locations = self._configuration.training.dataset.locations
        self._sources = [self._source(split, location) for split, location in locations.items()]
        reference = promoted.reference(self._configuration, pin) if pin else None
        properties = wanted.job_properties(self._model, self._configuration, self._environment, reference)
        preflight, dataset = self._preflight(), self._dataset(pin, properties["Hyperparameters"].get("batchSize"))
        dataset.node.add_dependency(preflight)
        if pin is not None:
            preflight.node.add_dependency(self._follow(pin, "ManifestCheck"))
        job = CustomizationJob(
            self, "CustomizationJob", provider=self._control.customization_job, properties=properties, dataset=dataset
        )
        self._let_service_role_work(job, self._environment)
        CfnOutput(self, "DatasetReport", value=dataset.resource.get_att_string("ReportUri"))
        CfnOutput(self, "JobName", value=job.resource.get_att_string("JobName"))
        CfnOutput(self, "Generation", value=job.resource.get_att_string("Generation"))
        return job

    def _follow(self, pin: Pin, id_: str) -> PromotedModel:
        properties = promoted.promoted_properties(
            self._project, self._model, self._configuration, self._environment, pin
        )
        return PromotedModel(self, id_, provider=self._control.promoted_model, properties=properties)

    def _preflight(self, promoted_model_arn: str = "") -> Preflight:
        training, endpoint = self._configuration.training, self._configuration.endpoint
        sources = [source for location in training.dataset.locations.values() if (source := parse_s3(location))]
        asked = PreflightProperties(
            base_model=self._base_model,
            customization_type=training.customization_type,
            serving=endpoint.serving,
            model_units=endpoint.model_units,
            commitment=endpoint.commitment,
            source_buckets={source.bucket: training.dataset.account or "" for source in sources},
            endpoint=self._endpoint_properties,
            judged_apart=not promoted_model_arn and is_judged_apart(self._configuration),
            promoted_model_arn=promoted_model_arn,
        )
        return Preflight(
            self, "Preflight", provider=self._control.preflight, model=self._model, asked=asked, wanted=self._wanted()
        )

    @property
    def _base_model(self) -> str:
        """Its identifier, or the ARN of the custom model that is trained further."""
        given = self._configuration.training.base_model
        return catalog.custom_model_arn(given) or catalog.find(given).customization_id

    def _dataset(self, pin: Pin | None, batch_size: str | None) -> TrainingDataset:
        training = self._configuration.training
        dataset = training.dataset
        return TrainingDataset(
            self,
            "Dataset",
            provider=self._control.training_dataset,
            model=self._model,
            base_model=self._base_model,
            sources=self._sources,
            rules=DatasetRules(
                data_format=dataset.format,
                system_prompt=dataset.system_prompt,
                waivers=dataset.waivers,
                batch_size=batch_size,
                media=self._media(dataset),
                customization_type=training.customization_type,
                expected_digests=promoted.expected_digests(pin) if pin else {},
            ),
            key_arn=dataset.key_arn,
        )

    def _let_service_role_work(self, job: CustomizationJob, environment: EnvironmentConfiguration) -> None:
        """Let the service role use teacher and grader; a role of the user's own has its rights from the user."""
        training = self._configuration.training
        teacher = training.teacher.model if training.teacher else None
        grader = training.reward.function_arn if training.reward else None
        if environment.service_role_arn is not None or not customization_rights.are_needed(teacher, grader):
            return
        rights = customization_rights.CustomizationRights(
            self,
            "CustomizationRights",
            service_role_arn=self._control.service_role.role_arn,
            base_model=catalog.find(training.base_model),
            teacher=teacher,
            grader=grader,
        )
        job.node.add_dependency(rights)

    def _endpoint(self, maker: IConstruct, properties: wanted.Properties, *, wait: bool) -> None:
        waiting = wait_for_model.logical_id(self._wanted()) if wait else None
        endpoint = ModelEndpoint(
            self,
            "Endpoint",
            provider=self._control.model_endpoint,
            properties=properties,
            after=maker,
            wait_condition_logical_id=waiting,
        )
        if waiting is not None:
            wait_for_model.WaitForModel(self, "Wait", logical_id=waiting, after=endpoint)
        CfnOutput(self, "PointerParameter", value=endpoint.resource.get_att_string("PointerParameter"))

    def _source(self, split: str, location: str) -> DatasetSource:
        source = parse_s3(location)
        if source is not None:
            owner = self._configuration.training.dataset.account or ""
            return DatasetSource(split, source.bucket, source.key, source.version, owner)
        asset = s3_assets.Asset(self, f"{split.capitalize()}File", path=str(local_file(location)))
        return DatasetSource(split, asset.s3_bucket_name, asset.s3_object_key)

    def _media(self, dataset: DatasetConfiguration) -> DatasetMedia | None:
        if dataset.media is None:
            return None
        bucket, _, prefix = dataset.media.removeprefix("s3://").partition("/")
        return DatasetMedia(bucket, prefix, dataset.account or "")

    def _wanted(self) -> dict[str, object]:
        """What decides which model is served, and how: asset keys are content hashes."""
        return {
            "training": self._configuration.training.model_dump(mode="json", exclude=_DECIDES_NO_MODEL),
            "endpoint": self._configuration.endpoint.model_dump(mode="json"),
            "sources": [source.uri for source in self._sources],
            **({"manifest": self._pin.digest} if self._pin else {}),
        }
