"""What a dataset must be for each customization type, and what is written of it."""

import io
import json

import pytest

from finetuning import catalog
from finetuning.dataset.check import DatasetCheck
from finetuning.dataset.conversion import convertible
from finetuning.dataset.gate import Gate
from finetuning.dataset.purpose import held_to
from finetuning.dataset.reading.formats import FORMATS

LITE, LITE_2, LLAMA = (catalog.find(name) for name in ("nova-lite", "nova-2-lite", "llama-3.1-8b"))
DISTILLED, REINFORCED = held_to(LITE, "DISTILLATION"), held_to(LITE_2, "REINFORCEMENT_FINE_TUNING")
PRE_TRAINED = held_to(LITE, "CONTINUED_PRE_TRAINING")
MESSAGES = {"messages": [{"role": "user", "content": "Q"}, {"role": "assistant", "content": "A"}]}


def written(base_model, record, **options):
    """Return what is written of a record, without line feed and parsed; None if it is refused."""
    line = DatasetCheck(base_model, "test", **options).feed(json.dumps(record).encode())
    return None if line is None else json.loads(line)


def found(base_model, records, split="training"):
    """Return the codes of what is found in a split, of errors only."""
    gate = Gate(base_model)
    list(gate.check(split, io.BytesIO(b"".join(json.dumps(each).encode() + b"\n" for each in records))))
    return sorted({finding.code for finding in gate.report().findings if finding.severity == "error"})


def test_fine_tuning_is_what_the_catalog_says():
    """Nothing is made anew for it."""
    assert held_to(LITE, "FINE_TUNING") is LITE


def test_prompt_without_answer_is_distilled_and_a_given_answer_is_kept():
    """Both are documented: labelled and unlabelled prompts."""
    prompt = {"messages": [{"role": "user", "content": [{"text": "Q"}]}]}
    assert written(DISTILLED, prompt) == {"schemaVersion": "bedrock-conversation-2024", **prompt}
    assert written(DISTILLED, {"prompt": "Q", "completion": "A"})["messages"][1]["content"] == [{"text": "A"}]
    assert written(LITE, prompt) is None


def test_conversation_is_distilled_by_nova_only():
    """Anthropic's and Meta's models take prompts of one turn."""
    turns = [{"role": role, "content": [{"text": "T"}]} for role in ("user", "assistant", "user")]
    assert written(DISTILLED, {"messages": turns}) is not None
    assert written(held_to(LLAMA, "DISTILLATION"), {"messages": turns}) is None


def test_record_for_a_grader_keeps_everything_but_the_order_of_its_keys():
    """Fields of the author's own go to the grader as they are."""
    record = {"task": {"b": [1, None], "a": 2.5}, "reference_answer": {"x": 4}, "messages": MESSAGES["messages"][:1]}
    line = DatasetCheck(REINFORCED, "test").feed(json.dumps(record).encode()) or b""
    assert json.loads(line) == record
    assert line.startswith(b'{"messages":[{"role":"user","content":"Q"}],"reference_answer":{"x":4},"task":')


def test_system_message_stands_first_among_the_messages():
    """As the OpenAI chat form has it: from the record, or from the configuration."""
    own = [{"role": "system", "content": "S"}, *MESSAGES["messages"][:1]]
    record = {"messages": own, "reference_answer": "A"}
    assert written(REINFORCED, record) == record
    assert written(REINFORCED, record, system_prompt="other") == record
    record = {"messages": own[1:], "reference_answer": "A"}
    assert written(REINFORCED, record, system_prompt="S")["messages"] == own


@pytest.mark.parametrize(
    "record", [MESSAGES, {"prompt": "Q", "completion": "A"}], ids=["messages", "prompt-completion"]
)
def test_answer_of_a_fine_tuning_record_becomes_the_reference_answer(record):
    """The same data can be tried with reinforcement fine-tuning."""
    expected = {"messages": [{"role": "user", "content": "Q"}], "reference_answer": "A"}
    assert written(REINFORCED, record) == expected


@pytest.mark.parametrize("source", FORMATS)
def test_format_is_convertible_to_the_one_that_a_type_needs_or_to_nothing_else(source):
    """Told before any record is read."""
    to_chat, to_text = convertible(source, "openai-chat"), convertible(source, "plain-text")
    assert to_chat == (source != "plain-text")
    assert to_text == (source == "plain-text")
    assert convertible(source, "anthropic-messages") == (source not in {"plain-text", "openai-chat"})


def test_plain_text_is_written_as_it_is():
    """One key, one text."""
    assert written(PRE_TRAINED, {"input": "Some text é."}) == {"input": "Some text é."}


def test_too_few_records_are_those_of_the_customization_type():
    """Nova Lite is fine-tuned on 8 records, distilled from 100; Nova 2 Lite is reinforced with 100."""
    graded = [{"messages": [{"role": "user", "content": f"Q{n}"}], "reference_answer": n} for n in range(100)]
    assert found(REINFORCED, graded) == []
    assert found(REINFORCED, graded[:99]) == ["DS501"]
    texts = [{"input": f"text number {n}"} for n in range(20)]
    assert found(PRE_TRAINED, texts) == []


def test_few_labelled_prompts_among_many_are_not_unusual():
    """About ten of them are advised; their answers must not be reported as outliers."""
    user = [{"role": "user", "content": [{"text": f"Question number {n}?"}]} for n in range(300)]
    answer = {"role": "assistant", "content": [{"text": "An answer of some length, which the others lack."}]}
    records = [{"messages": [each, answer] if n < 2 else [each]} for n, each in enumerate(user)]
    gate = Gate(DISTILLED)
    list(gate.check("training", io.BytesIO(b"".join(json.dumps(each).encode() + b"\n" for each in records))))
    assert "DS606" not in gate.report().counts


def test_leaked_prompt_is_found_in_records_for_a_grader():
    """Questions are compared without their reference answers."""
    gate = Gate(REINFORCED)
    record = {"messages": MESSAGES["messages"][:1], "reference_answer": "A"}
    for split, reference in (("training", "A"), ("validation", "B")):
        line = json.dumps(record | {"reference_answer": reference}).encode() + b"\n"
        list(gate.check(split, io.BytesIO(line)))
    assert "DS604" in gate.report().counts
