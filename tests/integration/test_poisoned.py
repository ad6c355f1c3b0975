"""`make poisoned`: bad data stops the deployment, and a stranger is told why."""

from collections.abc import Callable

import pytest

from tests.integration.embedded import Command, Embedded

pytestmark = pytest.mark.xdist_group("poisoned")


@pytest.fixture(scope="module")
def embedded(start_embedded: Callable[..., Embedded]) -> Embedded:
    """The embedded AWS of this module."""
    return start_embedded()


@pytest.fixture(scope="module")
def poisoned(embedded: Embedded) -> Command:
    """`make poisoned`, without its set-up."""
    return embedded.ops("demo", "--poisoned")


def test_poisoned_sample_is_refused_and_starts_no_job(embedded: Embedded, poisoned: Command) -> None:
    """The demonstration succeeds because the deployment failed; nothing is left of the model's stack."""
    assert poisoned.code == 0, poisoned.output
    assert embedded.jobs() == []
    assert embedded.throughputs() == []
    stack = embedded.client("cloudformation").describe_stacks(StackName="finetuning-local-Model-faq")["Stacks"][0]
    assert stack["StackStatus"] == "ROLLBACK_COMPLETE"


def test_findings_are_printed_and_the_report_is_fetched(embedded: Embedded, poisoned: Command) -> None:
    """Mistakes of several kinds, each with its line; the page has them too, and neither has the key."""
    page = (embedded.folder / ".local/demo/report.html").read_text(encoding="utf-8")
    for code, line in (("DS303", 4), ("DS103", 8), ("DS401", 35), ("DS701", 53)):
        assert code in poisoned.stdout
        assert f"training line {line}" in poisoned.stdout
        assert code in page
    assert "Not ready: 28 errors" in page
    assert str(embedded.folder / ".local/demo/report.html") in poisoned.stdout.replace("\n", "")
    assert "BEGIN RSA PRIVATE KEY" not in poisoned.output + page
