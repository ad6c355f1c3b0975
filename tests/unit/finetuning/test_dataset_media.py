"""Images and videos of a dataset are those that the base model takes, where it takes them."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from finetuning import catalog
from finetuning.dataset.check import DatasetCheck
from finetuning.dataset.conversion import convert, record_line, write
from finetuning.dataset.inspections.media_kinds import MediaKinds
from finetuning.dataset.reading.formats import read
from finetuning.dataset.reading.media import media_uris
from tests.unit.finetuning.dataset_media import (
    CONVERSATION,
    FIRST,
    GOOD_URIS,
    LLAMA_11B,
    NOVA_LITE,
    URI,
    found,
    media,
    places,
    record,
)

NOVA_MICRO = catalog.find("nova-micro")
HAIKU = catalog.find("claude-3-haiku")


@pytest.mark.parametrize(
    ("blocks", "base_model"),
    [
        ([media()], NOVA_LITE),
        ([media(media_format="webp")] * 10, NOVA_LITE),
        ([media("video", "mkv", "s3://pets/cat.mkv")], catalog.find("nova-pro")),
        ([media(bucketOwner="111122223333")], NOVA_LITE),
        ([media(), {"text": "or this?"}, media(media_format="gif")], NOVA_LITE),
        ([media(media_format=name) for name in ("gif", "jpeg", "png", "webp")], LLAMA_11B),
        ([media()] * 11, LLAMA_11B),
    ],
)
def test_media_that_the_base_model_takes_are_no_flaw_and_are_kept_in_their_place(blocks, base_model):
    """Texts and media stay in their order, to the last key."""
    each = record(*blocks)
    assert found(each, base_model) == []
    assert convert(each, CONVERSATION) == each


def test_turn_may_show_without_words():
    """An image can be the question; an answer needs words, and so does a turn of empty texts without an image."""
    each = record()
    each["messages"][0]["content"] = [media()]
    assert found(each) == []
    each["messages"][0]["content"] = [media(), {"text": " "}]
    assert found(each) == []
    each["messages"][0]["content"] = [{"text": " "}]
    assert places(each) == [("DS204", "messages[0].content")]


@pytest.mark.parametrize(
    ("base_model", "block", "message"),
    [
        (NOVA_MICRO, media(), "image block; Nova Micro is trained on text only"),
        (NOVA_MICRO, media("video", "mp4"), "video block; Nova Micro is trained on text only"),
        (HAIKU, media(), "image block; Claude 3 Haiku is trained on text only"),
        (catalog.find("llama-3.2-1b"), media(), "image block; Llama 3.2 1B is trained on text only"),
        (catalog.find("llama-3.3-70b"), media(), "image block; Llama 3.3 70B is trained on text only"),
        (LLAMA_11B, media("video", "mp4"), "video block; Llama 3.2 11B is trained on text and images only"),
    ],
)
def test_media_that_the_base_model_does_not_take_are_found(base_model, block, message):
    """One finding per block, and nothing about its number or place."""
    kind = next(iter(block))
    assert found(record(block, block, answer=[block]), base_model) == [
        ("DS206", f"{FIRST}.{kind}", message),
        ("DS206", f"messages[0].content[2].{kind}", message),
        ("DS206", f"messages[1].content[1].{kind}", message),
    ]


@pytest.mark.parametrize(
    ("blocks", "message"),
    [
        ([media()] * 11, "11 images in one record, Nova Lite takes at most 10"),
        ([media("video", "mp4")] * 2, "2 videos in one record, Nova Lite takes at most 1"),
        ([media("video", "mp4"), media()], "images and videos in one record, which may have one or the other"),
        (
            [media(), media("video", "mp4"), media("video", "mp4")],
            "2 videos in one record, Nova Lite takes at most 1; images and videos in one record, which may have one or "
            "the other",
        ),
    ],
)
def test_too_many_or_mixed_media_are_one_finding_of_the_record(blocks, message):
    """The number counts over all messages."""
    assert found(record(*blocks)) == [("DS210", "messages", message)]


def test_media_are_counted_over_all_messages():
    """Five and six are eleven."""
    first, second = record(*[media()] * 5), record(*[media()] * 6)
    both = first | {"messages": [*first["messages"], *second["messages"]]}
    assert places(both) == [("DS210", "messages")]


def test_media_of_assistant_or_system_are_found():
    """Only the user shows."""
    assert found(record(answer=[media()], system=[{"text": "S"}, media()])) == [
        ("DS211", "system[1].image", "image in the system text; only the user shows media"),
        ("DS211", "messages[1].content[1].image", "image in the assistant text; only the user shows media"),
    ]
    assert places(record(system=[media()])) == [("DS211", "system[0].image")]


def test_system_prompt_of_llama_is_one_block():
    """AWS's validator refuses more; Nova takes several."""
    system = [{"text": "a"}, {"text": "b"}]
    assert found(record(system=system), LLAMA_11B) == [
        ("DS203", "system", "2 text blocks, Llama 3.2 11B takes at most 1")
    ]
    assert found(record(system=system[:1]), LLAMA_11B) == []
    assert found(record(system=system), NOVA_LITE) == []


def test_uris_are_those_of_all_media_in_order_each_once():
    """What must be staged with the records."""
    other = media("video", "mp4", "s3://pets/b.mp4")
    each = record(media(), other, media(), answer=[media(uri="s3://pets/a.png")])
    assert media_uris(each) == (URI, "s3://pets/b.mp4", "s3://pets/a.png")
    assert media_uris({"messages": [{"role": "user", "content": "Q"}]}) == ()
    assert media_uris({"prompt": "Q", "completion": "A"}) == ()
    assert media_uris(record()) == ()


def test_order_of_the_keys_of_a_description_makes_no_other_line():
    """Equal records give equal lines, and so one digest and one exact duplicate."""
    block = media(bucketOwner="111122223333")
    image = block["image"]
    location = dict(reversed(image["source"]["s3Location"].items()))
    turned = {"image": {"source": {"s3Location": location}, "format": image["format"]}}
    first, second = (json.dumps(record(each)).encode() + b"\n" for each in (block, turned))
    assert first != second
    check = DatasetCheck(NOVA_LITE, "test")
    assert check.feed(first) == check.feed(second) is not None


def test_dataset_of_images_and_videos_is_found_at_the_first_record_of_the_other_kind():
    """A dataset is text with images or text with videos, over all of its splits."""
    image, video = (record_line(record(block)) for block in (media(), media("video", "mp4", "s3://pets/b.mp4")))
    text = record_line(record({"text": 'about "s3Location" and "image"'}))
    kinds = MediaKinds()
    found = [
        (split, line, [(flaw.code, flaw.path, flaw.message) for flaw in kinds.inspect(split, line, each)])
        for split, line, each in [
            ("training", 1, text),
            ("training", 2, image),
            ("training", 3, image),
            ("training", 4, video),
            ("validation", 1, text),
            ("validation", 2, video),
        ]
    ]
    flaw = ("DS210", "messages", "videos in a dataset of images, such as that of training line 2")
    assert [place for place in found if place[2]] == [("training", 4, [flaw]), ("validation", 2, [flaw])]
    assert list(kinds.finish("training")) == []
    assert list(MediaKinds().inspect("training", 1, video)) == []


blocks = st.lists(
    st.builds(lambda text: {"text": text}, st.text(st.characters(exclude_categories=["Cs"]), max_size=4))
    | st.builds(media, uri=st.sampled_from(GOOD_URIS)),
    max_size=6,
)


@given(blocks, blocks, blocks)
def test_order_of_blocks_is_kept_whatever_it_is(system, question, answer):
    """Reading and writing a conversation changes nothing."""
    messages = [{"role": "user", "content": question}, {"role": "assistant", "content": answer}]
    each = {"schemaVersion": CONVERSATION, "messages": messages}
    conversation, flaws = read(each, CONVERSATION)
    assert conversation is not None
    assert flaws == []
    assert write(conversation, CONVERSATION) == each
    with_system = each | {"system": system}
    conversation, _ = read(with_system, CONVERSATION)
    assert conversation is not None
    is_empty = not any(block.get("text", "media") for block in system)
    assert write(conversation, CONVERSATION) == (each if is_empty else with_system)
