"""One use case: its dataset, its customization job and its endpoint."""

from collections.abc import Mapping
from typing import Any

from aws_cdk import CfnOutput, Stack
from aws_cdk import aws_s3_assets as s3_assets
from constructs import Construct

from configuration import EnvironmentConfiguration, ModelConfiguration, wanted
from configuration.dataset_files import local_file, parse_s3
from configuration.models import DatasetConfiguration
from finetuning import catalog
from stacks.constructs import customization_rights, wait_for_model
from stacks.constructs.customization_job import CustomizationJob
from stacks.constructs.dataset_definition import DatasetMedia, DatasetRules, DatasetSource
from stacks.constructs.model_endpoint import ModelEndpoint
from stacks.constructs.preflight import Preflight, PreflightProperties
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
            kwargs: of `Stack`.
        """
        super().__init__(scope, id_, **kwargs)
        self._model, self._configuration, self._control = model, configuration, control
        self._job_properties = wanted.job_properties(model, configuration, environment)
        self._endpoint_properties = wanted.endpoint_properties(model, configuration, environment)
        locations = configuration.training.dataset.locations
        self._sources = [self._source(split, location) for split, location in locations.items()]
        preflight, dataset = self._preflight(), self._dataset()
        dataset.node.add_dependency(preflight)
        job = CustomizationJob(
            self,
            "CustomizationJob",
            provider=control.customization_job,
            properties=self._job_properties,
            dataset=dataset,
        )
        self._let_service_role_work(job, environment)
        if self._endpoint_properties is not None:
            self._endpoint(job, self._endpoint_properties, wait=wait)
        CfnOutput(self, "DatasetReport", value=dataset.resource.get_att_string("ReportUri"))
        CfnOutput(self, "JobName", value=job.resource.get_att_string("JobName"))
        CfnOutput(self, "Generation", value=job.resource.get_att_string("Generation"))

    def _preflight(self) -> Preflight:
        training, endpoint = self._configuration.training, self._configuration.endpoint
        sources = [source for location in training.dataset.locations.values() if (source := parse_s3(location))]
        asked = PreflightProperties(
            base_model=self._job_properties["BaseModel"],
            customization_type=training.customization_type,
            serving=endpoint.serving,
            model_units=endpoint.model_units,
            commitment=endpoint.commitment,
            source_buckets={source.bucket: training.dataset.account or "" for source in sources},
            endpoint=self._endpoint_properties,
        )
        return Preflight(
            self, "Preflight", provider=self._control.preflight, model=self._model, asked=asked, wanted=self._wanted()
        )

    def _dataset(self) -> TrainingDataset:
        training = self._configuration.training
        dataset = training.dataset
        return TrainingDataset(
            self,
            "Dataset",
            provider=self._control.training_dataset,
            model=self._model,
            base_model=self._job_properties["BaseModel"],
            sources=self._sources,
            rules=DatasetRules(
                data_format=dataset.format,
                system_prompt=dataset.system_prompt,
                waivers=dataset.waivers,
                batch_size=self._job_properties["Hyperparameters"].get("batchSize"),
                media=self._media(dataset),
                customization_type=training.customization_type,
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

    def _endpoint(self, job: CustomizationJob, properties: wanted.Properties, *, wait: bool) -> None:
        waiting = wait_for_model.logical_id(self._wanted()) if wait else None
        endpoint = ModelEndpoint(
            self,
            "Endpoint",
            provider=self._control.model_endpoint,
            properties=properties,
            job=job,
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
        }
