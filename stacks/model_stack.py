"""One use case: its dataset, its customization job and its endpoint."""

from collections.abc import Mapping
from typing import Any

from aws_cdk import CfnOutput, Stack
from aws_cdk import aws_s3_assets as s3_assets
from constructs import Construct

from configuration import ModelConfiguration
from configuration.dataset_files import local_file, parse_s3
from finetuning import catalog, hyperparameters
from stacks.constructs import wait_for_model
from stacks.constructs.customization_job import CustomizationJob
from stacks.constructs.dataset_definition import DatasetRules, DatasetSource
from stacks.constructs.job_definition import JobDefinition
from stacks.constructs.model_endpoint import EndpointProperties, ModelEndpoint
from stacks.constructs.training_dataset import TrainingDataset
from stacks.control_stack import ControlStack

# Fields of `training`: what is kept, how it is tagged, who may read the data and which warnings are accepted.
_DECIDES_NO_MODEL: Mapping[str, bool | Mapping[str, bool]] = {
    "keep_previous": True,
    "tags": True,
    "dataset": {"waivers": True, "key_arn": True},
}


def job_definition(model: str, configuration: ModelConfiguration, user_tags: Mapping[str, str]) -> JobDefinition:
    """Return what a configuration asks of a customization job; other spellings of the same ask the same.

    Args:
        model: name of the use case.
        configuration: checked by `configuration.load`.
        user_tags: the environment's tags; the model's own win.
    """
    training = configuration.training
    base_model = catalog.find(training.base_model)
    return JobDefinition(
        model=model,
        base_model=base_model.customization_id,
        customization_type=training.customization_type,
        hyperparameters=hyperparameters.canonical(base_model, training.hyperparameters),
        keep_previous=training.keep_previous,
        tags={**user_tags, **training.tags},
    )


class ModelStack(Stack):
    """Composes the three custom resources of a model; nothing that changes between deploys crosses to other stacks."""

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        model: str,
        configuration: ModelConfiguration,
        control: ControlStack,
        user_tags: dict[str, str],
        wait: bool,
        **kwargs: Any,
    ) -> None:
        """Define the stack.

        Args:
            scope: the app.
            id_: name of the stack.
            model: name of the use case.
            configuration: checked by `configuration.load`.
            control: the functions behind the custom resources.
            user_tags: the environment's tags; the model's own win.
            wait: whether CloudFormation waits until the model serves.
            kwargs: of `Stack`.
        """
        super().__init__(scope, id_, **kwargs)
        self._model, self._configuration, self._control = model, configuration, control
        self._asked = job_definition(model, configuration, user_tags)
        dataset = self._dataset()
        job = self._job(dataset)
        waiting = wait_for_model.logical_id(self._wanted()) if wait else None
        endpoint = self._endpoint(job, waiting)
        if waiting is not None:
            wait_for_model.WaitForModel(self, "Wait", logical_id=waiting, after=endpoint)
        CfnOutput(self, "DatasetReport", value=dataset.resource.get_att_string("ReportUri"))
        CfnOutput(self, "PointerParameter", value=endpoint.resource.get_att_string("PointerParameter"))
        CfnOutput(self, "JobName", value=job.resource.get_att_string("JobName"))
        CfnOutput(self, "Generation", value=job.resource.get_att_string("Generation"))

    def _dataset(self) -> TrainingDataset:
        dataset = self._configuration.training.dataset
        self._sources = [self._source(split, location) for split, location in dataset.locations.items()]
        return TrainingDataset(
            self,
            "Dataset",
            provider=self._control.training_dataset,
            model=self._model,
            base_model=self._asked.base_model,
            sources=self._sources,
            rules=DatasetRules(
                data_format=dataset.format,
                system_prompt=dataset.system_prompt,
                waivers=dataset.waivers,
                batch_size=self._asked.hyperparameters.get("batchSize"),
                media=dataset.media,
            ),
            key_arn=dataset.key_arn,
        )

    def _job(self, dataset: TrainingDataset) -> CustomizationJob:
        return CustomizationJob(
            self,
            "CustomizationJob",
            provider=self._control.customization_job,
            definition=self._asked,
            dataset=dataset,
        )

    def _endpoint(self, job: CustomizationJob, wait_condition_logical_id: str | None) -> ModelEndpoint:
        endpoint = self._configuration.endpoint
        return ModelEndpoint(
            self,
            "Endpoint",
            provider=self._control.model_endpoint,
            model=self._model,
            base_model=self._asked.base_model,
            endpoint=EndpointProperties(endpoint.serving, endpoint.model_units, endpoint.commitment, endpoint.approval),
            tags=self._asked.tags,
            job=job,
            wait_condition_logical_id=wait_condition_logical_id,
        )

    def _source(self, split: str, location: str) -> DatasetSource:
        source = parse_s3(location)
        if source is not None:
            return DatasetSource(split, source.bucket, source.key, source.version)
        asset = s3_assets.Asset(self, f"{split.capitalize()}File", path=str(local_file(location)))
        return DatasetSource(split, asset.s3_bucket_name, asset.s3_object_key)

    def _wanted(self) -> dict[str, object]:
        """What decides which model is served, and how: asset keys are content hashes."""
        return {
            "training": self._configuration.training.model_dump(mode="json", exclude=_DECIDES_NO_MODEL),
            "endpoint": self._configuration.endpoint.model_dump(mode="json"),
            "sources": [source.uri for source in self._sources],
        }
