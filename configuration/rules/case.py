"""What a rule looks at: one model in its environment, and what the catalog knows of its base model."""

from dataclasses import dataclass
from datetime import date
from functools import cached_property

from configuration.choice import LOCAL
from configuration.models import EnvironmentConfiguration, ModelConfiguration
from configuration.salvaging import UNREADABLE_OBJECT
from finetuning import catalog
from finetuning.catalog import BaseModel


@dataclass(frozen=True)
class Case:
    """One model in its environment.

    Attributes:
        model: perhaps salvaged, so that a value with a problem of its own is an empty string or not a number.
        path: dotted path of the model in the configuration.
        lacks_dataset: whether no dataset is given, which only a model of another environment may lack.
    """

    environment: EnvironmentConfiguration
    model: ModelConfiguration
    path: str
    lacks_dataset: bool = False

    @property
    def environment_path(self) -> str:
        """Dotted path of the environment in the configuration."""
        return f"environments.{self.environment.name}"

    @property
    def trains(self) -> bool:
        """Whether a customization job is wanted, and not the model of another environment."""
        promotion = self.model.promotion
        return promotion is None or not promotion.source or promotion.method not in ("swap", "copy")

    @property
    def takes_customization(self) -> bool:
        """Whether the base model takes the customization type; if not, what the type needs is nobody's question."""
        return self.base_model is not None and self.model.training.customization_type in self.base_model.customizations

    @property
    def prices_matter(self) -> bool:
        """Whether it is asked what things cost: there is something to begin, and what is given can be read."""
        base_model, prices = self.base_model, self.environment.prices
        begins = base_model is not None and base_model.problem_with_new_jobs(self.on) is None
        return begins and prices is not UNREADABLE_OBJECT

    @property
    def is_billed(self) -> bool:
        """Whether AWS charges for it, that is, everywhere but in the embedded AWS."""
        return self.environment.name != LOCAL

    @property
    def on(self) -> date:
        """Day (UTC) on which base models are judged: no clock is read, so equal configurations give equal answers."""
        return (None if self.is_billed else self.environment.catalog_date) or catalog.reviewed()

    @cached_property
    def base_model(self) -> BaseModel | None:
        """The base model, also of a custom model that is trained further; None if it is not known."""
        try:
            return catalog.find(self.model.training.base_model)
        except catalog.UnknownBaseModelError:
            return None
