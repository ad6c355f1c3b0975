"""The deployment at which a candidate is judged, against the quota of deployments."""

from dataclasses import replace

import pytest

from finetuning.lifecycle import ModelRecord
from finetuning.lifecycle.endpoint import EndpointWanted, want_endpoint
from finetuning.preflight import Severity, Wanted
from finetuning.preflight.facts import LiveEndpoint
from tests.unit.lifecycle.records import claim
from tests.unit.preflight.account import BLANK, NOVA_LITE, an_account, found, nova, severities, trained

DEPLOYED = tuple(LiveEndpoint("on_demand", f"d-{n}", f"arn:{n}", "Active") for n in range(10))


@pytest.mark.parametrize(
    ("serving", "judged_apart", "endpoints"),
    [
        ("provisioned", False, ("provisioned",)),
        ("on_demand", False, ("on_demand",)),
        ("on_demand", True, ("on_demand",)),
        ("none", False, ()),
        ("none", True, ("on_demand",)),
    ],
)
def test_endpoints_are_counted_of_the_kinds_that_are_needed(
    serving: str, judged_apart: bool, endpoints: tuple[str, ...]
) -> None:
    """The one that serves, and the one at which a candidate is judged."""
    assert nova(serving=serving, judged_apart=judged_apart).endpoints == endpoints


@pytest.mark.parametrize("serving", ["on_demand", "none"])
def test_candidate_that_is_judged_apart_needs_a_deployment_of_its_own(serving: str) -> None:
    """Else the training is paid, and nobody can ask its model: also where nothing is to serve it."""
    wanted = nova(serving=serving, judged_apart=True)
    record = deployed(wanted)
    facts = an_account(record=record, endpoints={"on_demand": DEPLOYED})
    finding = found(wanted, facts, "quota of deployments")
    assert finding.severity is Severity.WARNING
    assert finding.message == (
        "'Total custom model deployments' is 10, AWS's default, in us-east-1, 10 used, 1 more needed: a candidate is "
        "judged at a deployment of its own, and without one it cannot be asked and does not pass"
    )
    assert severities(wanted, replace(facts, endpoints={"on_demand": DEPLOYED[1:]})) == {}


def test_candidates_deployment_is_gone_before_the_one_that_serves_is_made() -> None:
    """So a first model needs one at a time."""
    wanted = nova(judged_apart=True)
    finding = found(wanted, an_account(endpoints={"on_demand": DEPLOYED[1:]}), "quota of deployments")
    assert (finding.severity, finding.present) == (Severity.OK, "9")
    assert "9 used, 1 more needed" in finding.message


def test_candidate_is_not_judged_while_the_bill_is_stopped() -> None:
    """So it needs no deployment; `ops resume` brings both back."""
    wanted = nova(judged_apart=True)
    stopped = replace(BLANK, endpoint=replace(BLANK.endpoint, stopped=True))
    facts = an_account(record=stopped, endpoints={"on_demand": DEPLOYED})
    assert "quota of deployments" not in severities(wanted, facts)


def deployed(wanted: Wanted) -> ModelRecord:
    """A record that has trained Nova Lite, and whose deployment is there if one is wanted."""
    settings = {"baseModelIdentifier": NOVA_LITE.customization_id}
    record = trained(**settings)
    if wanted.serving == "none":
        return record
    asked = EndpointWanted(wanted.endpoint_fingerprint, "on_demand", 1, "none", {})
    record = want_endpoint(record, claim(2, resource="Endpoint"), asked)
    endpoint = record.endpoint.current
    assert endpoint is not None
    return record.with_endpoint(replace(endpoint, intended=True, arn=DEPLOYED[0].arn))
