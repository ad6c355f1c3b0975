"""Edits of an environment in cdk.json that ask for the same customization job, drawn from a seed."""

import json
import random
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from finetuning import catalog

Environment = dict[str, Any]

_TAG_VALUES = ("", "support", "search", "a:b/c=d", "x" * 256)
_ADVICE = ("DS606", "DS603")
_REASONS = ("long answers are meant", "as agreed with the owners")


def edited(environment: Environment, seed: int) -> Environment:
    """The environment after one to five edits, written to a file by somebody's editor and read again."""
    draw = random.Random(seed)  # noqa: S311 - a seed, not a secret
    changed: Environment = json.loads(json.dumps(environment))
    for edit in draw.choices(EDITS, k=draw.randint(1, 5)):
        edit(draw, changed)
    return _written(draw, changed)


def _spell_hyperparameters(draw: random.Random, environment: Environment) -> None:
    hyperparameters = _training(environment)["hyperparameters"]
    for name, value in hyperparameters.items():
        hyperparameters[name] = draw.choice(spellings(Decimal(str(value))))


def spellings(number: Decimal) -> list[object]:
    """Ways to write a number in JSON: as a number where a float is exactly that, and as a string."""
    plain = f"{number.normalize():f}"
    texts = [plain, f"+{plain}", f"0{plain}", f"{number:e}", f"{number:E}", str(float(number)), f"{float(number):.1E}"]
    texts += [f"{number * 10:f}e-1", f"{number / 10:f}E+1"]
    texts += [f"{plain}00", plain[1:]] if plain.startswith("0.") else [f"{plain}.0", f"{plain}.", f"{plain}.00"]
    whole = [int(number)] if number == number.to_integral_value() else []
    return [*texts, float(plain), *whole]


def _name_the_base_model(draw: random.Random, environment: Environment) -> None:
    training = _training(environment)
    base_model = catalog.find(training["base_model"])
    names = [base_model.customization_id, base_model.inference_id, *base_model.aliases]
    region = draw.choice(("us-east-1", "us-west-2", "eu-west-3"))
    arns = [f"arn:aws:bedrock:{region}::foundation-model/{name}" for name in names[:2]]
    training["base_model"] = draw.choice([*names, *arns])


def _tag(draw: random.Random, environment: Environment) -> None:
    tagged = draw.choice((environment, _training(environment)))
    tags = tagged.setdefault("tags", {})
    tags[draw.choice(("team", "cost-center", "owner"))] = draw.choice(_TAG_VALUES)


def _untag(draw: random.Random, environment: Environment) -> None:
    draw.choice((environment, _training(environment)))["tags"] = {}


def _keep_more_or_fewer(draw: random.Random, environment: Environment) -> None:
    _training(environment)["keep_previous"] = draw.randint(0, 10)


def _waive(draw: random.Random, environment: Environment) -> None:
    _training(environment)["dataset"]["waivers"] = {draw.choice(_ADVICE): draw.choice(_REASONS)}


def _spell_defaults_out(draw: random.Random, environment: Environment) -> None:
    training, model = _training(environment), environment["models"]["faq"]
    training.setdefault("customization_type", "FINE_TUNING")
    training.setdefault("keep_previous", 1)
    training.setdefault("tags", {})
    training["dataset"].setdefault("waivers", {})
    training["dataset"].setdefault(draw.choice(("test", "format", "media")), None)
    model["endpoint"].setdefault("commitment", "none")
    model["endpoint"].setdefault("approval", "automatic")


def _allow_a_price(draw: random.Random, environment: Environment) -> None:
    model = environment["models"]["faq"]
    if model["endpoint"]["serving"] == "provisioned":
        model["endpoint"]["max_hourly_usd"] = draw.choice((21, 40.0, "49.5"))
    model.setdefault("budget", {})[draw.choice(("max_usd_per_job", "max_usd_per_month"))] = draw.choice((5e5, "60000"))


def _look_a_price_up(draw: random.Random, environment: Environment) -> None:
    for prices in environment["prices"].values():
        prices["training_usd_per_1k_tokens"] = draw.choice((0.001, 0.002, "0.0015"))
        prices["source"] = draw.choice(_REASONS)


def _notify(draw: random.Random, environment: Environment) -> None:
    environment["notifications"] = [f"team-{draw.randint(1, 9)}@example.com"]


def _add_a_model(draw: random.Random, environment: Environment) -> None:
    another = json.loads(json.dumps(environment["models"]["faq"]))
    environment["models"][f"model-{draw.randint(1, 9)}"] = another


EDITS: tuple[Callable[[random.Random, Environment], None], ...] = (
    _spell_hyperparameters,
    _name_the_base_model,
    _tag,
    _untag,
    _keep_more_or_fewer,
    _waive,
    _spell_defaults_out,
    _allow_a_price,
    _look_a_price_up,
    _notify,
    _add_a_model,
)


def _written(draw: random.Random, environment: Environment) -> Environment:
    """Another order of keys, other white space, other escapes."""
    text = json.dumps(
        _shuffled(draw, environment), indent=draw.choice((None, 0, 2, 4, "\t")), ensure_ascii=draw.random() < 0.5
    )
    written: Environment = json.loads(text)
    return written


def _shuffled(draw: random.Random, value: Any) -> Any:
    if not isinstance(value, Mapping):
        return value
    items = [(key, _shuffled(draw, inner)) for key, inner in value.items()]
    draw.shuffle(items)
    return dict(items)


def _training(environment: Environment) -> dict[str, Any]:
    training: dict[str, Any] = environment["models"]["faq"]["training"]
    return training
