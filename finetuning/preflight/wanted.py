"""What a model asks of the account."""

from dataclasses import dataclass

from finetuning.base_model import BaseModel
from finetuning.fingerprint import endpoint_fingerprint
from finetuning.lifecycle.endpoint import EndpointWanted


@dataclass(frozen=True)
class SourceBucket:
    """A bucket with examples, and the account that is expected to own it."""

    name: str
    account: str


@dataclass(frozen=True)
class Wanted:
    """One model's customization job and endpoint, as far as they are known before the data was looked at.

    Attributes:
        base_model: entry of the catalog.
        custom_model_arn: the custom model that is trained further; "" if the base model itself is.
        promoted_model_arn: the custom model of another environment that is served; "" if one is trained here.
        serving: "provisioned", "on_demand" or "none".
        service_role_arn: the role that Bedrock assumes; "" if it has yet to be made.
        key_arn: the key of custom models; "" if it has yet to be made.
        judged_apart: whether a candidate is asked behind an on-demand deployment of its own before it serves.
        endpoint: the same endpoint as the registry is told, with its caps; None if none is wanted, or nobody said.
        sources: buckets outside this environment from which examples are read.
    """

    project: str
    environment: str
    model: str
    account: str
    region: str
    base_model: BaseModel
    custom_model_arn: str = ""
    promoted_model_arn: str = ""
    customization_type: str = "FINE_TUNING"
    serving: str = "none"
    model_units: int = 1
    commitment: str = "none"
    service_role_arn: str = ""
    key_arn: str = ""
    judged_apart: bool = False
    endpoint: EndpointWanted | None = None
    sources: tuple[SourceBucket, ...] = ()

    @property
    def is_copied(self) -> bool:
        """Whether the model of the other environment is in another account or Region, where it cannot be looked at."""
        place = f":bedrock:{self.region}:{self.account}:custom-model/"
        return bool(self.promoted_model_arn) and place not in self.promoted_model_arn

    @property
    def endpoints(self) -> tuple[str, ...]:
        """The kinds of endpoints that are needed at any time: "provisioned", "on_demand", or none."""
        serving = () if self.serving == "none" else (self.serving,)
        return (*serving, "on_demand") if self.judged_apart and self.serving != "on_demand" else serving

    @property
    def endpoint_fingerprint(self) -> str:
        """Return the fingerprint of the wanted endpoint; "" if none is wanted."""
        if self.serving == "none":
            return ""
        return endpoint_fingerprint(
            base_model=self.base_model,
            serving=self.serving,
            model_units=self.model_units,
            commitment=self.commitment,
        )
