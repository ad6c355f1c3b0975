"""One gate for one dataset: its splits are checked one after the other and reported together."""

import io
import json

import pytest

from finetuning import catalog
from finetuning.dataset.findings import Flaw
from finetuning.dataset.gate import Gate
from finetuning.dataset.tally import Tally
from finetuning.dataset.waivers import WaiverError

HAIKU = catalog.find("claude-3-haiku")


def record(number):
    """Return a line that no other equals."""
    messages = [
        {"role": "user", "content": f"Question {number}?"},
        {"role": "assistant", "content": f"Answer {number}."},
    ]
    return json.dumps({"messages": messages}).encode() + b"\n"


def stream(first, last):
    """Return a file of records."""
    return io.BytesIO(b"".join(map(record, range(first, last))))


def gate(**options):
    """Return a gate without inspections."""
    return Gate(HAIKU, **({"inspections": ()} | options))


def test_splits_are_reported_together():
    """Training and validation, in the order in which they were checked."""
    dataset = gate()
    for split, first in (("training", 0), ("validation", 100)):
        assert len(b"".join(dataset.check(split, stream(first, first + 60))).splitlines()) == 60
    report = dataset.report()
    assert [(split.split, split.records) for split in report.splits] == [("training", 60), ("validation", 60)]
    assert (report.errors, report.findings) == (0, ())


def test_missing_validation_dataset_is_advised_against():
    """Early stopping needs one."""
    dataset = gate()
    list(dataset.check("training", stream(0, 60)))
    assert [finding.code for finding in dataset.report().findings] == ["DS506"]


@pytest.mark.parametrize(("batch_size", "codes"), [(None, []), (30, []), (31, ["DS507"])])
def test_large_batch_for_few_records_is_advised_against(batch_size, codes):
    """Fewer than two batches per epoch hardly train."""
    dataset = gate(batch_size=batch_size)
    for split in ("training", "validation"):
        list(dataset.check(split, stream(0, 60)))
    assert [finding.code for finding in dataset.report().findings] == codes


def test_waived_finding_is_shown_and_does_nothing():
    """Its severity says so, and it counts neither as an error nor as a warning."""
    dataset = gate(waivers={"DS506": "the data is too small to split"})
    list(dataset.check("training", stream(0, 60)))
    report = dataset.report()
    assert [(finding.code, finding.severity) for finding in report.findings] == [("DS506", "waived")]
    assert (report.errors, report.warnings) == (0, 0)


def test_waivers_that_cannot_be_granted_are_refused_at_once():
    """Before a file is opened."""
    with pytest.raises(WaiverError):
        gate(waivers={"DS103": "broken JSON is fine with us"})


def test_rejected_records_are_handed_back_with_their_reasons():
    """For the reject file: number, line as read, flaws."""
    rejected = []
    bad = b'{"prompt": 1, "completion": ""}\n'
    written = gate(source_format="prompt-completion").check(
        "test",
        io.BytesIO(b'{"prompt": "Q", "completion": "A"}\n' + bad),
        on_rejected=lambda number, line, flaws: rejected.append((number, line, [flaw.code for flaw in flaws])),
    )
    assert len(list(written)) == 1
    assert rejected == [(2, bad, ["DS203", "DS204"])]


class EveryOther:
    """An inspection that objects to every second record and to every split."""

    def __init__(self):
        """Remember what it saw."""
        self.seen = []

    def inspect(self, split, line, record):
        """Yield a flaw of lines with an even number."""
        self.seen.append((split, line, record))
        if line % 2 == 0:
            yield Flaw("DS606", "", "even")

    def finish(self, split):
        """Yield one flaw of a line and one of the file."""
        yield 1, Flaw("DS602", "", "like another")
        yield None, Flaw("DS606", "", "odd")


def test_inspections_see_good_records_converted_and_keep_none_out():
    """Their findings stand at their lines, the file's own last."""
    inspection = EveryOther()
    dataset = gate(inspections=[inspection])
    lines = [record(1), b"{\n", record(2), record(3)]
    written = b"".join(dataset.check("test", io.BytesIO(b"".join(lines))))
    assert len(written.splitlines()) == 3
    assert inspection.seen == [
        ("test", number, line) for number, line in zip((1, 3, 4), written.splitlines(keepends=True), strict=True)
    ]
    report = dataset.report()
    assert [(finding.code, finding.line) for finding in report.findings] == [
        ("DS602", 1),
        ("DS103", 2),
        ("DS606", 4),
        ("DS606", None),
    ]
    assert report.errors == 1


def test_inspections_are_on_by_default():
    """A record that stands twice is found without asking."""
    dataset = Gate(HAIKU)
    list(dataset.check("test", io.BytesIO(record(1) + record(1))))
    assert dataset.report().counts["DS601"] == 1


def test_histogram_has_few_round_bars_and_one_for_outliers():
    """All records are in it, those of a bar's own length too, and a very long one does not squeeze the others."""
    tally = Tally()
    tally.add([2] * 300, [1000 * tokens for tokens in range(1, 301)])
    tally.add([4], [20_000_000])
    bars = tally.histogram()
    assert len(bars) <= 25
    assert (bars[0].upto, bars[0].records, bars[-1].upto) == (20, 20, 20_000)
    assert sum(bar.records for bar in bars) == tally.records == 301
    assert dict(tally.turns) == {2: 300, 4: 1}
    assert Tally().histogram() == ()
