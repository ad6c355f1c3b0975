"""The shipped samples: sound, held out, and their READMEs' gates let pass what learned from them, and nothing else."""

import json
import re
from pathlib import Path

import pytest

from configuration.sections.evaluation import EvaluationConfiguration, GateConfiguration
from finetuning import catalog
from finetuning.dataset.gate import Gate
from finetuning.evaluation.answers import SavedAnswer
from finetuning.evaluation.records import read_records
from finetuning.evaluation.scoring import evaluate
from finetuning.evaluation.settings import read
from local.bedrock.learner import Example, Plan, train

ROOT = Path(__file__).parents[4]
SPLITS = ("training", "validation", "test")
#: Claude 3 Haiku takes no fewer for training and validation; a gate needs 30 by default.
FEWEST = {"training": 32, "validation": 32, "test": 40}
SAMPLES = ("bedrock-faq", "classification", "structured-output", "tools")
BASE = "This stand-in has learned nothing."


@pytest.fixture(params=SAMPLES)
def sample(request):
    """Return the folder of each sample."""
    return ROOT / "datasets" / request.param


def test_samples_are_sound(sample):
    """No error for either base model, and no record of a split in another, not even nearly."""
    for alias in ("claude-3-haiku", "nova-lite"):
        gate = Gate(catalog.find(alias))
        for split in SPLITS:
            with (sample / f"{split}.jsonl").open("rb") as lines:
                for _ in gate.check(split, lines):
                    pass
        report = gate.report()
        assert not report.together
        for part in report.splits:
            assert part.records >= FEWEST[part.split]
            assert part.counts.keys() <= {"DS504"}, "the number of records that Nova advises is all there may be"


def test_readme_counts_the_records(sample):
    readme = (sample / "README.md").read_text()
    for split in SPLITS:
        assert f"| `{split}.jsonl` | {len((sample / f'{split}.jsonl').read_bytes().splitlines())}" in readme


def configured(sample):
    """Return the settings of the README's example, with the schema that it names, as the configuration has them."""
    blocks = re.findall(r"```json\n(.*?)```", (sample / "README.md").read_text(), re.DOTALL)
    example = json.loads(f"{{{blocks[-1]}}}")
    model = example if "gate" in example else next(iter(example.values()))
    evaluation = EvaluationConfiguration.model_validate(model["evaluation"]).model_dump(mode="json")
    if evaluation["json_schema"]:
        evaluation["json_schema"] = json.loads((ROOT / evaluation["json_schema"]).read_text())
    gate = GateConfiguration.model_validate(model["gate"]).model_dump(mode="json")
    return read({"evaluation": evaluation, "gate": gate})


def test_readme_gate_passes_what_learned_alone(sample):
    """The embedded AWS's learner passes, also as its own champion; a base model does not."""
    parts = {split: read_records((sample / f"{split}.jsonl").open("rb")) for split in SPLITS}
    examples = {split: [Example(one.question, one.reference) for one in found] for split, found in parts.items()}
    tuned = train(examples["training"], examples["validation"], Plan(epochs=2, batch_size=8)).tuned

    def saved(say):
        return {one.id: SavedAnswer(one.id, say(one.question), 9, 9, 0.5, "end_turn") for one in parts["test"]}

    learned, base = saved(lambda question: tuned.answer(question) or BASE), saved(lambda question: BASE)
    subjects = {"candidate": "tuned", "base": "base", "champion": "tuned before"}
    passed = evaluate(
        configured(sample), parts["test"], {"candidate": learned, "base": base, "champion": learned}, subjects
    )
    assert passed["verdict"]["reasons"] == []
    failed = evaluate(
        configured(sample), parts["test"], {"candidate": base, "base": base, "champion": learned}, subjects
    )
    assert len(failed["verdict"]["reasons"]) >= 3
