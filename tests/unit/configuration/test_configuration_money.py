"""What may be spent is said before: caps that can hold, prices that were looked up, commitments that were approved."""

from typing import Any

import pytest

from tests.unit.configuration.conftest import Context, ProblemsOf

LOOPBACK = "http://127.0.0.1:1"
NOVA = "amazon.nova-lite-v1:0:300k"
PATH = "environments.dev.models.faq"
APPROVAL = {"id": "FIN-1", "approved_by": "head of platform", "until": "2026-12-31"}


@pytest.fixture
def prod(context: Context) -> Context:
    """The model `faq` of prod, provisioned, to be changed in place."""
    context["env"] = "prod"
    model: Context = context["environments"]["prod"]["models"]["faq"]
    model["endpoint"] = {"serving": "provisioned", "max_hourly_usd": 100}
    return model


def test_unknown_price_of_training_blocks(context: Context, dev: Context, problems_of: ProblemsOf) -> None:
    """Unless somebody says by name that it may be unknown."""
    del context["environments"]["dev"]["prices"]
    assert problems_of(context) == [
        f"environments.dev.prices.{NOVA}.training_usd_per_1k_tokens: is required: nobody has said what training Nova "
        "Lite costs, and nothing of unknown cost is bought; read it on https://aws.amazon.com/bedrock/pricing/ "
        f'(us-east-1) and add "prices": {{"{NOVA}": {{"training_usd_per_1k_tokens": <US dollars>}}}} to '
        f"environments.dev, or add 'training' to {PATH}.budget.unknown_prices"
    ]
    dev["budget"] = {"unknown_prices": ["training"]}
    assert problems_of(context) == []


@pytest.mark.parametrize("name", ["nova-lite", "amazon.nova-lite", "amazon.nova-lite-v1:0", NOVA])
def test_price_is_found_under_each_name_of_the_base_model(
    context: Context, dev: Context, problems_of: ProblemsOf, name: str
) -> None:
    """The catalog knows them all."""
    context["environments"]["dev"]["prices"] = {name: {"training_usd_per_1k_tokens": 0.001}}
    assert problems_of(context) == []


def test_price_of_what_cannot_begin_is_not_asked_for(context: Context, prod: Context, problems_of: ProblemsOf) -> None:
    """Claude 3 Haiku is past its end: another price would not help."""
    prod["training"]["base_model"] = "claude-3-haiku"
    context["environments"]["prod"]["region"] = "us-west-2"
    assert not [problem for problem in problems_of(context) if ".prices." in problem]


@pytest.mark.parametrize("cap", ["max_usd_per_job", "max_usd_per_month"])
@pytest.mark.parametrize("environment", ["local", "dev"])
def test_cap_without_its_price_cannot_hold(
    context: Context, problems_of: ProblemsOf, cap: str, environment: str
) -> None:
    """Not even if the price is waived: the cap would be believed."""
    section = context["environments"][environment]
    section.pop("prices", None)
    section["models"]["faq"]["budget"] = {cap: 10, "unknown_prices": ["training", "provisioned"]}
    found = problems_of(context | {"env": environment}, LOOPBACK)
    name = "Claude 3 Haiku" if environment == "local" else "Nova Lite"
    assert found[0].startswith(
        f"environments.{environment}.models.faq.budget.{cap}: a cap cannot hold while the price of training {name} is "
        f"unknown; give environments.{environment}.prices."
    )


def test_local_needs_no_prices(context: Context, problems_of: ProblemsOf) -> None:
    """The embedded AWS bills nothing."""
    assert problems_of(context, LOOPBACK) == []


def test_distillation_is_billed_for_more_than_its_tokens(
    context: Context, dev: Context, problems_of: ProblemsOf
) -> None:
    """The teacher's answers come on top, so no price of the student makes the cost known."""
    dev["training"] |= {"customization_type": "DISTILLATION", "teacher": {"model": "amazon.nova-pro-v1:0"}}
    dev["budget"] = {"max_usd_per_job": 10}
    why = "a DISTILLATION is billed for more than its training tokens"
    fix = "choose customization_type FINE_TUNING"
    assert problems_of(context) == [
        f"{PATH}.budget.unknown_prices: must name 'training': {why}, so nobody can say before what the job costs; "
        f"add it, or {fix}",
        f"{PATH}.budget.max_usd_per_job: a cap cannot hold while {why}; {fix}, or remove the cap",
    ]
    dev["budget"] = {"unknown_prices": ["training"]}
    assert problems_of(context) == []


@pytest.mark.parametrize(
    ("given", "is_known"),
    [({}, False), ({"epochCount": 3}, True), ({"epochCount": "2e0"}, True), ({"epochCount": "x"}, False)],
)
def test_epochs_that_nobody_documents_must_be_given(
    context: Context, dev: Context, problems_of: ProblemsOf, given: Context, is_known: bool
) -> None:
    """Nova 2 Lite's own number of epochs is unknown, so its jobs cost nobody knows what."""
    context["environments"]["dev"]["prices"] = {"nova-2-lite": {"training_usd_per_1k_tokens": 0.004}}
    del dev["training"]["dataset"]["validation"]
    dev["training"] |= {
        "base_model": "nova-2-lite",
        "hyperparameters": given,
        "accept_unknown": ["dataset", "hyperparameters"],
    }
    expected = (
        f"{PATH}.budget.unknown_prices: must name 'training': Nova 2 Lite's default number of epochs is not "
        "documented, so nobody can say before what the job costs; add it, or give training.hyperparameters.epochCount"
    )
    assert problems_of(context) == ([] if is_known else [expected])


def test_provisioned_throughput_needs_a_cap(context: Context, prod: Context, problems_of: ProblemsOf) -> None:
    """It is billed until somebody deletes it; the embedded AWS bills nothing."""
    del prod["endpoint"]["max_hourly_usd"]
    assert problems_of(context) == [
        "environments.prod.models.faq.endpoint.max_hourly_usd: is required with serving 'provisioned': provisioned "
        "throughput is billed by the hour until it is deleted; set the most that all of it may cost, in US dollars an "
        "hour, or choose another serving path"
    ]


def test_unknown_price_of_a_unit_blocks(context: Context, prod: Context, problems_of: ProblemsOf) -> None:
    """Waived by name it does not, but then no cap can hold."""
    del context["environments"]["prod"]["prices"]["nova-lite"]["unit_hour_usd"]
    field = f"environments.prod.prices.{NOVA}.unit_hour_usd.none"
    what = "a model unit of Nova Lite with commitment 'none'"
    assert problems_of(context) == [
        f"{field}: is required: nobody has said what {what} costs, and nothing of unknown cost is bought; read it on "
        f'https://aws.amazon.com/bedrock/pricing/ (us-east-1) and add "prices": {{"{NOVA}": {{"unit_hour_usd": '
        "{\"none\": <US dollars>}}} to environments.prod, or add 'provisioned' to "
        "environments.prod.models.faq.budget.unknown_prices"
    ]
    prod["budget"] = {"unknown_prices": ["provisioned"], "max_usd_per_month": 50000}
    assert problems_of(context) == [
        f"environments.prod.models.faq.{cap}: a cap cannot hold while the price of {what} is unknown; "
        f"give {field}, or remove the cap"
        for cap in ("endpoint.max_hourly_usd", "budget.max_usd_per_month")
    ]
    del prod["endpoint"]["max_hourly_usd"], prod["budget"]["max_usd_per_month"]
    assert problems_of(context) == []


@pytest.mark.parametrize(("units", "cap", "fits"), [(1, 30, True), (1, 29.99, False), (3, 90, True), (4, 119, False)])
def test_units_fit_the_hourly_cap(
    context: Context, prod: Context, problems_of: ProblemsOf, units: int, cap: float, fits: bool
) -> None:
    """A unit costs $30 an hour here; at the cap is within it."""
    prod["endpoint"] |= {"model_units": units, "max_hourly_usd": cap}
    words = "1 model unit cost" if units == 1 else f"{units} model units cost"
    expected = (
        f"environments.prod.models.faq.endpoint.max_hourly_usd: {words} ${30 * units}.00 an hour, over the cap of "
        f"${cap:.2f}; raise it, or ask for less"
    )
    assert problems_of(context) == ([] if fits else [expected])


def test_caps_may_be_used_up_whatever_binary_fractions_make_of_it(
    context: Context, prod: Context, problems_of: ProblemsOf
) -> None:
    """1.1 times 3 is a little more than 3.3 to a computer."""
    context["environments"]["prod"]["prices"]["nova-lite"]["unit_hour_usd"]["none"] = 1.1
    prod["endpoint"] |= {"model_units": 3, "max_hourly_usd": 3.3}
    prod["budget"] = {"max_usd_per_month": 2409}
    assert problems_of(context) == []


@pytest.mark.parametrize(("cap", "fits"), [(21900, True), (21899.99, False)])
def test_month_of_throughput_fits_the_monthly_cap(
    context: Context, prod: Context, problems_of: ProblemsOf, cap: float, fits: bool
) -> None:
    """730 hours at $30."""
    prod["budget"] = {"max_usd_per_month": cap}
    expected = (
        "environments.prod.models.faq.budget.max_usd_per_month: 1 model unit cost $21,900.00 in 730 hours, over the "
        "cap of $21,899.99, and jobs come on top; raise it, or ask for less"
    )
    assert problems_of(context) == ([] if fits else [expected])


@pytest.mark.parametrize("environment", ["local", "dev", "staging"])
def test_commitments_are_refused_where_nobody_needs_one(
    context: Context, problems_of: ProblemsOf, environment: str
) -> None:
    """Whatever is approved."""
    context["environments"]["staging"] = context["environments"]["dev"]
    endpoint = context["environments"][environment]["models"]["faq"]["endpoint"]
    endpoint |= {"serving": "provisioned", "commitment": "one_month", "commitment_approval": APPROVAL}
    if environment != "local":
        endpoint["max_hourly_usd"] = 50
    assert problems_of(context | {"env": environment}, LOOPBACK) == [
        f"environments.{environment}.models.faq.endpoint.commitment: must be 'none' in local, dev, staging, got "
        "'one_month': a commitment cannot be cancelled before its term ends; remove it; no approval helps here"
    ]


def test_nobody_looks_up_the_price_of_a_commitment_that_cannot_be(context, dev, problems_of):
    """What is asked for is what a model unit without one costs."""
    (price_of,) = context["environments"]["dev"]["prices"].values()
    price_of["unit_hour_usd"] = {}
    dev["endpoint"] = {"serving": "provisioned", "commitment": "one_month", "max_hourly_usd": 50}
    [commitment, price] = problems_of(context | {"env": "dev"})
    assert ".commitment: must be 'none' in local, dev, staging" in commitment
    assert "unit_hour_usd.none: is required" in price


@pytest.mark.parametrize(
    ("endpoint", "expected"),
    [
        ({"commitment": "one_month", "commitment_approval": APPROVAL}, []),
        (
            {"commitment": "one_month"},
            [
                "commitment_approval: is required with commitment 'one_month', which cannot be cancelled before its "
                'term ends; add {"id": "<your reference>", "approved_by": "<who>", "until": "<last day, YYYY-MM-DD>"}'
            ],
        ),
        (
            {"commitment": "one_month", "commitment_approval": APPROVAL | {"until": "2026-11-21"}},
            [
                "commitment_approval.until: expired: 2026-11-21 is before 2026-11-22, the day on which the catalog was "
                "reviewed; have it approved anew, with a new id"
            ],
        ),
        (
            {"commitment_approval": APPROVAL},
            ["commitment_approval: approves a commitment, and commitment is 'none'; remove it"],
        ),
    ],
)
def test_commitment_is_approved_and_the_approval_has_not_expired(
    context: Context, prod: Context, problems_of: ProblemsOf, endpoint: Context, expected: list[str]
) -> None:
    """By the day of the catalog's review, so that equal configurations are judged alike on every day."""
    prod["endpoint"] |= endpoint
    assert problems_of(context) == [f"environments.prod.models.faq.endpoint.{problem}" for problem in expected]


@pytest.mark.parametrize(
    ("prices", "expected"),
    [
        ({"nova-lihgt": {}}, "prices.nova-lihgt: base model 'nova-lihgt' is not in the catalog; known: "),
        ({NOVA: {}}, f"prices.{NOVA}: is Nova Lite, whose prices 'nova-lite' gives already; keep one"),
        ({"titan-text-lite": {}}, "prices.titan-text-lite: base model 'titan-text-lite' is Titan Text G1 - Lite"),
        (
            {"nova-pro": {"training": 1}},
            "prices.nova-pro.training: unknown field; allowed: training_usd_per_1k_tokens, ",
        ),
        ({"nova-pro": {"training_usd_per_1k_tokens": 0}}, "must be greater than 0, got 0"),
        ({"nova-pro": 0.002}, "prices.nova-pro: must be an object, got 0.002"),
        (
            {"nova-pro": {"unit_hour_usd": {"none": True}}},
            "prices.nova-pro.unit_hour_usd.none: must be a number, got True",
        ),
    ],
)
def test_prices_are_of_known_base_models(
    context: Context, dev: Context, problems_of: ProblemsOf, prices: dict[str, Any], expected: str
) -> None:
    """Two entries for one base model would leave open which one counts."""
    context["environments"]["dev"]["prices"] |= prices
    (problem,) = problems_of(context)
    assert problem.startswith("environments.dev.prices.")
    assert expected in problem
