"""Quotas against what there is and what is wanted more."""

from dataclasses import replace
from typing import Any

import pytest

from finetuning import catalog
from finetuning.preflight import Severity, Unreadable
from finetuning.preflight.facts import LiveEndpoint, QuotaValue
from finetuning.preflight.quotas import asked_for
from finetuning.preflight.standing import awaited_units
from tests.unit.preflight.account import (
    BLANK,
    UNITS,
    UNITS_OF_HAIKU,
    a_wanted,
    an_account,
    found,
    nova,
    quotas,
    served,
    severities,
    throughput,
)

CHECK = "quota of model units"
RAISE = "ask for more: aws service-quotas request-service-quota-increase --service-code bedrock --quota-code"


def test_fresh_account_is_refused_with_the_commands_that_help() -> None:
    """AWS's default of model units is zero."""
    facts = an_account(quotas=quotas(L_BE77399C=0, L_EF415EF6=0))
    finding = found(a_wanted(model_units=2), facts, CHECK)
    assert finding.severity is Severity.ERROR
    assert finding.message == (
        "'Model units no-commitment Provisioned Throughputs across custom models' (L-BE77399C) is 0 in us-west-2, "
        "2 needed"
    )
    assert (finding.limit, finding.present) == ("0", "0")
    assert finding.fix == f"{RAISE} L-BE77399C --desired-value 2 --region us-west-2"
    of_one = found(a_wanted(), facts, "quota of model units of one endpoint")
    assert of_one.severity is Severity.ERROR
    assert of_one.fix == f"{RAISE} L-EF415EF6 --desired-value 1 --region us-west-2"


@pytest.mark.parametrize("check", ["quota of deployments", "quota of deployments in progress"])
def test_deployments_that_cannot_be_listed_are_a_warning(check: str) -> None:
    """With the right that is missing, never a pass."""
    unreadable = Unreadable("bedrock:ListCustomModelDeployments", "AccessDeniedException", denied=True)
    finding = found(nova(), an_account(endpoints={"on_demand": unreadable}), check)
    assert finding.severity is Severity.WARNING
    assert "bedrock:ListCustomModelDeployments" in finding.message


def test_base_model_that_can_be_served_on_demand_says_so() -> None:
    """The way out that needs no quota."""
    wanted = nova(serving="provisioned")
    facts = an_account(quotas=quotas(L_BE77399C=0) | {"L-127FC9D0": QuotaValue(0)})
    fix = found(wanted, facts, CHECK).fix
    assert fix.endswith("--region us-east-1, or serve on demand: -c endpoint.serving=on_demand")


@pytest.mark.parametrize(
    ("quota", "used", "wanted", "severity"),
    [(2, 0, 2, "ok"), (2, 1, 1, "ok"), (2, 1, 2, "error"), (2, 2, 1, "error"), (3, 2, 1, "ok"), (1, 0, 2, "error")],
)
def test_units_are_counted_beside_everybodys(quota: int, used: int, wanted: int, severity: str) -> None:
    """At, below and above the quota."""
    facts = an_account(quotas=quotas(L_BE77399C=quota), endpoints=throughput("somebodys", used))
    assert found(a_wanted(model_units=wanted), facts, CHECK).severity == severity


def test_units_that_others_of_ours_wait_for_are_counted() -> None:
    """Two models would both pass alone, and one of them would be trained in vain."""
    facts = an_account(quotas=quotas(L_BE77399C=2), awaited_units=2)
    finding = found(a_wanted(), facts, CHECK)
    assert finding.severity is Severity.ERROR
    assert "2 used, 1 more needed" in finding.message
    assert "--desired-value 3" in finding.fix


def test_endpoint_that_is_there_needs_no_units() -> None:
    """A deployment that changes something else, or nothing, is not refused because its own units use the quota up."""
    facts = an_account(record=served(), quotas=quotas(L_BE77399C=0, L_EF415EF6=0), endpoints=throughput("ours", 1))
    assert severities(a_wanted(), facts) == {}
    assert found(a_wanted(), facts, CHECK).message.startswith("nothing more of")


def test_changed_units_need_all_of_the_new_ones_beside_the_old() -> None:
    """The old endpoint serves until the new one does."""
    facts = an_account(record=served(), quotas=quotas(L_BE77399C=2), endpoints=throughput("ours", 1))
    assert found(a_wanted(model_units=2), facts, CHECK).severity is Severity.ERROR
    enough = replace(facts, quotas=quotas(L_BE77399C=3))
    assert found(a_wanted(model_units=2), enough, CHECK).severity is Severity.OK


def test_commitment_does_not_count_against_the_quota_without_one() -> None:
    """The quota of one endpoint still holds."""
    wanted = a_wanted(commitment="one_month")
    assert UNITS not in {quota.code for quota in asked_for(wanted)}
    facts = an_account(quotas=quotas(L_BE77399C=0, L_EF415EF6=0))
    assert severities(wanted, facts) == {"quota of model units of one endpoint": "error"}


def test_default_is_called_so() -> None:
    """It may be that the account has another one, which nobody applied for."""
    facts = an_account(quotas=quotas() | {UNITS: QuotaValue(0, applied=False)})
    assert "is 0, AWS's default, in us-west-2" in found(a_wanted(), facts, CHECK).message


def test_unknown_quota_is_a_warning() -> None:
    """What is not known forbids nothing, and passes nothing."""
    facts = an_account(quotas=quotas(L_EF415EF6=None))
    finding = found(a_wanted(), facts, "quota of model units of one endpoint")
    assert finding.severity is Severity.WARNING
    assert "(L-EF415EF6); by AWS's table it is 0 by default" in finding.message


def test_base_models_own_quota_holds_instead_of_the_shared_one() -> None:
    """Nova 2 Lite has one of its own, which is zero and which AWS does not adjust."""
    wanted = a_wanted(base_model=catalog.find("nova-2-lite"), region="us-east-1", key_arn="")
    finding = found(wanted, an_account(endpoints=throughput("somebodys", 1)), CHECK)
    assert finding.severity is Severity.ERROR
    assert "is 0, AWS's default, in us-east-1, 1 needed" in finding.message
    assert finding.fix.startswith("free some, or ask AWS Support for more")
    assert severities(replace(wanted, commitment="one_month"), an_account()).get(CHECK) is None


def test_quota_below_the_default_is_a_matter_for_support() -> None:
    """Service Quotas takes no request for a value that is not above the default."""
    facts = an_account(quotas=quotas(L_CB5B847D=0))
    finding = found(a_wanted(), facts, "quota of custom models")
    assert (finding.severity, finding.present) == (Severity.ERROR, "0")
    assert "AWS Support" in finding.fix


def test_full_quota_of_jobs_only_delays() -> None:
    """The driver starts the job when there is room."""
    finding = found(a_wanted(), an_account(quotas=quotas(L_0406044C=10), jobs=10), "quota of customization jobs")
    assert finding.severity is Severity.WARNING
    assert finding.message == (
        "'Scheduled customization jobs' (L-0406044C) is 10 in us-west-2, 10 used, 1 more needed: the job is started "
        "when another one has ended"
    )


def test_deployments_warn_where_nobody_knows_the_quota_for_certain() -> None:
    """The total is in no table of AWS's."""
    live = tuple(LiveEndpoint("on_demand", f"d-{n}", f"arn:{n}", "Creating" if n < 2 else "Active") for n in range(10))
    facts = an_account(quotas=quotas(L_430C95DD=2), endpoints={"on_demand": live})
    assert severities(nova(), facts) == {
        "quota of deployments": "warning",
        "quota of deployments in progress": "warning",
    }
    fewer = replace(facts, endpoints={"on_demand": live[2:]})
    assert severities(nova(), fewer) == {}


def test_count_that_may_not_be_read_is_a_warning() -> None:
    """Not a count of zero."""
    denied = Unreadable("bedrock:ListCustomModels", "AccessDeniedException: no", denied=True)
    finding = found(a_wanted(), an_account(custom_models=denied), "quota of custom models")
    assert finding.severity is Severity.WARNING


@pytest.mark.parametrize(
    ("changes", "units"),
    [
        pytest.param({"arn": "", "intended": False}, 2, id="waits for its job"),
        pytest.param({}, 0, id="bought"),
        pytest.param({"arn": "", "failure": "quota"}, 0, id="refused"),
        pytest.param({"arn": "", "commitment": "one_month"}, 0, id="with a commitment"),
        pytest.param({"arn": "", "serving": "on_demand"}, 0, id="on demand"),
    ],
)
def test_awaited_units_are_those_that_will_be_bought(changes: dict[str, Any], units: int) -> None:
    """Of other models, whose units nobody sees in Bedrock yet."""
    assert awaited_units(served(2, **changes)) == units


def test_model_that_wants_nothing_awaits_nothing() -> None:
    """A blank record, or a stopped bill."""
    stopped = served(arn="", intended=False)
    assert awaited_units(BLANK) == 0
    assert awaited_units(replace(stopped, endpoint=replace(stopped.endpoint, stopped=True))) == 0


def test_only_quotas_that_decide_are_asked_for() -> None:
    """Each costs a call."""
    assert {quota.code for quota in asked_for(a_wanted())} == {"L-0406044C", "L-CB5B847D", UNITS, UNITS_OF_HAIKU}
    assert {quota.code for quota in asked_for(nova())} == {"L-0406044C", "L-CB5B847D", "L-430C95DD"}
    assert {quota.code for quota in asked_for(a_wanted(serving="none"))} == {"L-0406044C", "L-CB5B847D"}
    apart = a_wanted(serving="none", judged_apart=True)
    assert {quota.code for quota in asked_for(apart)} == {"L-0406044C", "L-CB5B847D", "L-430C95DD"}
