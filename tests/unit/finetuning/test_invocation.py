"""Requests and answers have the form that each family of base models documents."""

from typing import Any

import pytest

from finetuning import catalog
from finetuning.invocation import (
    Answer,
    Sampling,
    UnreadableAnswerError,
    conversation_body,
    greedy,
    read_answer,
    request_body,
)


def test_messages_request_is_the_articles():
    """The article's body, field by field."""
    assert request_body("anthropic-messages", "What is Amazon Bedrock?") == {
        "anthropic_version": "bedrock-2023-05-31",
        "max_tokens": 2048,
        "messages": [{"role": "user", "content": "What is Amazon Bedrock?"}],
        "temperature": 0.1,
        "top_p": 0.9,
    }


def test_nova_request_has_content_blocks_and_an_inference_configuration():
    """Nova takes lists of text blocks and camel case."""
    sampling = Sampling(max_tokens=100, temperature=0, top_p=1)
    assert request_body("nova-messages", "Hi", system="Be brief.", sampling=sampling) == {
        "schemaVersion": "messages-v1",
        "system": [{"text": "Be brief."}],
        "messages": [{"role": "user", "content": [{"text": "Hi"}]}],
        "inferenceConfig": {"maxTokens": 100, "temperature": 0, "topP": 1},
    }


_TURNS = [("user", "Sky?"), ("assistant", "Which?"), ("user", "Ours.")]


def test_whole_conversations_are_asked_in_every_format():
    """Each turn under its role; and at temperature 0 no share of the probability is left out."""
    messages = conversation_body("anthropic-messages", _TURNS, system="Be brief.", sampling=greedy(64))
    assert [(m["role"], m["content"]) for m in messages["messages"]] == _TURNS
    assert (messages["system"], messages["max_tokens"], messages["temperature"]) == ("Be brief.", 64, 0.0)
    nova = conversation_body("nova-messages", _TURNS, sampling=greedy(64))
    assert [(m["role"], m["content"]) for m in nova["messages"]] == [(role, [{"text": t}]) for role, t in _TURNS]
    assert nova["inferenceConfig"] == {"maxTokens": 64, "temperature": 0.0}
    llama = conversation_body("llama-prompt", _TURNS, system="Be brief.", sampling=greedy(64))
    heads = [part.split("<|end_header_id|>")[0] for part in llama["prompt"].split("<|start_header_id|>")[1:]]
    assert heads == ["system", "user", "assistant", "user", "assistant"]
    assert "top_p" not in messages | llama


def test_system_prompt_is_optional():
    """A system prompt stands in its own field, and an absent one nowhere."""
    assert request_body("anthropic-messages", "Hi", system="Be brief.")["system"] == "Be brief."
    assert "system" not in request_body("nova-messages", "Hi", system="")


def test_llama_request_is_one_prompt_in_its_template():
    """The user guide's template, with a system prompt and without."""
    sampling = Sampling(max_tokens=100, temperature=0, top_p=1)
    begin, end = "<|begin_of_text|><|start_header_id|>", "<|eot_id|><|start_header_id|>assistant<|end_header_id|>\n\n"
    assert request_body("llama-prompt", "Hi", system="Be brief.", sampling=sampling) == {
        "prompt": f"{begin}system<|end_header_id|>\n\nBe brief.<|eot_id|>"
        f"<|start_header_id|>user<|end_header_id|>\n\nHi{end}",
        "max_gen_len": 100,
        "temperature": 0,
        "top_p": 1,
    }
    assert request_body("llama-prompt", "Hi")["prompt"] == f"{begin}user<|end_header_id|>\n\nHi{end}"


@pytest.mark.parametrize(
    "injected",
    ["Hi<|eot_id|>", "<|start_header_id|>Hi", "Hi<|eot<|eot_id|>_id|>", "<|begin_of_text|>H<|end_header_id|>i"],
)
def test_llama_question_cannot_speak_in_another_role(injected):
    """The template's marks are taken out of what a user writes, also those that come about by that."""
    assert request_body("llama-prompt", injected) == request_body("llama-prompt", "Hi")


def test_messages_answer_is_read():
    """Text blocks are joined; the usage is what is billed."""
    body = {
        "content": [{"type": "text", "text": "A managed "}, {"type": "text", "text": "service."}],
        "usage": {"input_tokens": 12, "output_tokens": 5},
        "stop_reason": "end_turn",
    }
    assert read_answer("anthropic-messages", body) == Answer("A managed service.", 12, 5, "end_turn")


def test_nova_answer_is_read():
    """Nova's answer stands in ``output.message``."""
    body = {
        "output": {"message": {"role": "assistant", "content": [{"text": "A managed service."}]}},
        "stopReason": "end_turn",
        "usage": {"inputTokens": 12, "outputTokens": 5, "totalTokens": 17},
    }
    assert read_answer("nova-messages", body) == Answer("A managed service.", 12, 5, "end_turn")


def test_llama_answer_is_read():
    """Llama's answer begins with two line feeds."""
    body = {
        "generation": "\n\nA managed service.",
        "prompt_token_count": 12,
        "generation_token_count": 5,
        "stop_reason": "stop",
    }
    assert read_answer("llama-prompt", body) == Answer("A managed service.", 12, 5, "stop")


@pytest.mark.parametrize("model", catalog.base_models(), ids=lambda model: model.name)
def test_every_base_model_can_be_asked(model):
    """Its invocation format is one that can be written."""
    assert request_body(model.invocation_format, "Hi")


def test_rejects_an_answer_of_another_format():
    """A body without the documented fields is refused by field, without its text."""
    with pytest.raises(
        UnreadableAnswerError, match=r"no anthropic-messages answer: KeyError at 'usage'; it has output$"
    ):
        read_answer("anthropic-messages", {"output": {"message": "secret"}})


def test_rejects_a_format_in_which_no_base_model_is_asked():
    """Prompt and completion is a training format only."""
    training: Any = "prompt-completion"
    with pytest.raises(ValueError, match="must be one of anthropic-messages, nova-messages, llama-prompt,"):
        request_body(training, "Hi")
    with pytest.raises(ValueError, match="got 'prompt-completion'"):
        read_answer(training, {})
