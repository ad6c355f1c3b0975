"""One environment: where the stacks go, what they may use, and what things cost there."""

from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from configuration.sections.endpoint import BudgetConfiguration, EndpointConfiguration
from configuration.sections.evaluation import EvaluationConfiguration, GateConfiguration, PromotionConfiguration
from configuration.sections.training import TrainingConfiguration
from configuration.sections.values import (
    AccountId,
    Dollars,
    KeyArn,
    Number,
    PolicyArn,
    RoleArn,
    Section,
    SecurityGroupIds,
    SubnetIds,
    Subscribers,
    Tags,
    Text,
)

#: CloudWatch Logs API reference, PutRetentionPolicy, ``retentionInDays``; longer than ten years serves nobody here.
RetentionDays = Literal[
    1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653
]


class ModelConfiguration(Section):
    """One use case: a customization job and the endpoint that serves its custom model."""

    training: TrainingConfiguration
    """The customization job."""
    endpoint: EndpointConfiguration
    """The endpoint."""
    budget: BudgetConfiguration = BudgetConfiguration()
    """What the model may cost."""
    evaluation: EvaluationConfiguration | None = None
    """How a candidate is evaluated before it serves."""
    gate: GateConfiguration = GateConfiguration()
    """What a candidate has to reach before it serves."""
    promotion: PromotionConfiguration | None = None
    """For a model that comes from another environment."""


class UnitHourPrices(Section):
    """Price of one model unit for one hour, in US dollars, by commitment."""

    none: Dollars | None = None
    """Without a commitment."""
    one_month: Dollars | None = None
    """With a commitment of one month."""
    six_months: Dollars | None = None
    """With a commitment of six months."""


class PriceConfiguration(Section):
    """What a base model costs in the environment's Region, as you read it on Bedrock's price page."""

    training_usd_per_1k_tokens: Dollars | None = None
    """Training, in US dollars for 1,000 tokens (tokens of the training dataset times epochs)."""
    unit_hour_usd: UnitHourPrices = UnitHourPrices()
    """Provisioned throughput."""
    input_usd_per_1k_tokens: Dollars | None = None
    """Questions, on demand, in US dollars for 1,000 tokens."""
    output_usd_per_1k_tokens: Dollars | None = None
    """Answers, on demand, in US dollars for 1,000 tokens."""
    source: Text | None = None
    """Where and when you read it: evidence for whoever reviews the configuration."""


class NetworkConfiguration(Section):
    """The VPC in which customization jobs reach your data; it needs an S3 endpoint if it has no way out."""

    vpc_id: Annotated[str, Field(pattern=r"^vpc-[0-9a-f]+$")]
    """The VPC, by which the rights on its interfaces are bounded."""
    subnet_ids: SubnetIds
    """1 to 16 subnets, at least one in each Availability Zone."""
    security_group_ids: SecurityGroupIds
    """1 to 5 security groups."""


class EnvironmentConfiguration(Section):
    """Where the stacks go and what happens to their data when they are destroyed."""

    name: str
    account: Annotated[str, Field(pattern=r"^[0-9]{12}$")]
    """AWS account, 12 digits."""
    region: Annotated[str, Field(pattern=r"^[a-z]{2}(-[a-z]+)+-[0-9]$")]
    """AWS Region. On ``local`` it may be left out: then it is one in which the base models can be customized."""
    tags: Tags = Field(default_factory=dict)
    """For every resource of the environment that can have tags."""
    notifications: Subscribers = ()
    """E-mail addresses and ``https://`` URLs that are told of alarms and troubles; each confirms first."""
    removal_policy: Literal["destroy", "retain"]
    """Whether data, key and registry go away with the stacks (``destroy``) or stay (``retain``)."""
    log_retention_days: RetentionDays | None = None
    """Days for which logs are kept; by default 30, and 365 with ``retain``."""
    reserved_concurrency: Annotated[Number, Field(ge=1, le=100)] | None = None
    """Concurrent executions reserved for each function. New accounts, whose limit is 10, refuse any."""
    key_arn: KeyArn | None = None
    """KMS key of yours for everything, instead of one that is made here; its policy is yours to write."""
    service_role_arn: RoleArn | None = None
    """Role of yours that Bedrock assumes, instead of one that is made here; ``python -m ops preflight`` checks it."""
    permissions_boundary: PolicyArn | None = None
    """Managed policy that bounds every role that is made here."""
    network: NetworkConfiguration | None = None
    """VPC for the customization jobs."""
    manifest_readers: tuple[AccountId, ...] = ()
    """Other accounts that may verify this environment's manifests, because they retrain or copy its models."""
    prices: dict[str, PriceConfiguration] = Field(default_factory=dict)
    """Prices by base model. Without them no cap can hold, so a cap without its price is refused."""
    catalog_date: date | None = None
    """Day on which base models are judged; only for ``local``, whose base models may be past their end."""
