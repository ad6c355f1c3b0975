"""No secret of the simulated world is in a log, in Step Functions, in an answer or in a notice; a leak is found."""

from typing import Any

import pytest

from lambdas.driver.steps import Driver
from lambdas.gateways.notices import NoticesGateway
from tests.simulation.bench.trial import failures_without_flaw, live
from tests.simulation.bench.variant import Replacement, Variant
from tests.simulation.bench.variants import VARIANTS
from tests.simulation.bench.variants.protocol import RESPOND

LIVES = 40


def _url_in_reason(real: Any) -> Any:
    return lambda request, physical_id, reason: real(request, physical_id, f"{reason} ({request.response_url})")


def _token_in_data(real: Any) -> Any:
    def step(self: Driver, name: str, model: str, execution: str, *, token: str = "") -> dict[str, Any]:
        parked = self._registry.read(model).parked_token
        return {**real(self, name, model, execution, token=token), "parked": parked}

    return step


def _record_in_notice(real: Any) -> Any:
    return lambda self, subject, text: real(self, subject, f"{text} https://canary.example.com")


LEAKS = {
    "log": VARIANTS["url-logged"],
    "answer": Variant("", "", (), (Replacement(RESPOND.answer_bodies, "failed", _url_in_reason),)),
    "Step Functions": Variant("", "", (), (Replacement(Driver, "step", _token_in_data),)),
    "notice": Variant("", "", (), (Replacement(NoticesGateway, "publish", _record_in_notice),)),
}


@pytest.mark.parametrize("place", LEAKS)
def test_a_planted_leak_is_found_where_it_is(place: str) -> None:
    found = (violation.text for seed in range(LIVES) for violation in live(LEAKS[place], seed))

    assert any(f"a secret is in a {place}" in text for text in found)


def test_the_unmodified_code_keeps_every_secret() -> None:
    assert not failures_without_flaw(VARIANTS["url-logged"], range(LIVES))
