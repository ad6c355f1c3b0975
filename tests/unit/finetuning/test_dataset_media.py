"""Images and videos are described as documented, and are those that the base model takes."""

import json
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from finetuning import catalog
from finetuning.dataset.check import DatasetCheck
from finetuning.dataset.conversation import text_flaws
from finetuning.dataset.conversion import convert, record_line, write
from finetuning.dataset.findings import Flaw
from finetuning.dataset.inspections.media_kinds import MediaKinds
from finetuning.dataset.reading.formats import parse_line, read
from finetuning.dataset.reading.media import media_uris, uri_problem

CONVERSATION: Final = "bedrock-conversation-2024"
NOVA_LITE = catalog.find("nova-lite")
NOVA_MICRO = catalog.find("nova-micro")
HAIKU = catalog.find("claude-3-haiku")
LLAMA_11B = catalog.find("llama-3.2-11b")
URI = "s3://pets/cats/cat_1-a.png"
FIRST = "messages[0].content[1]"


def media(kind="image", media_format="png", uri=URI, **location):
    """Return a block that shows an image or a video."""
    return {kind: {"format": media_format, "source": {"s3Location": {"uri": uri} | location}}}


def record(*blocks, answer=(), system=None):
    """Return a record whose user shows these blocks after a text."""
    return {
        "schemaVersion": CONVERSATION,
        **({} if system is None else {"system": system}),
        "messages": [
            {"role": "user", "content": [{"text": "What is this?"}, *blocks]},
            {"role": "assistant", "content": [{"text": "A cat."}, *answer]},
        ],
    }


def parsed(each):
    """Return a record as it is read from its line."""
    value = parse_line(json.dumps(each).encode())
    assert not isinstance(value, Flaw)
    return value


def found(each, base_model=NOVA_LITE):
    """Return code, path and message of all flaws of a record."""
    conversation, flaws = read(parsed(each), CONVERSATION, base_model)
    if conversation is not None:
        flaws = list(text_flaws(conversation, base_model))
    return [(flaw.code, flaw.path, flaw.message) for flaw in flaws]


def places(each, base_model=NOVA_LITE):
    """Return code and path of all flaws of a record."""
    return [(code, path) for code, path, _ in found(each, base_model)]


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
    ("content", "path", "message"),
    [
        (None, "", "must be an object, got null"),
        (URI, "", "must be an object, got a string"),
        ([], "", "must be an object, got a list"),
        ({}, "", "key format is missing"),
        ({"format": "png"}, "", "key source is missing"),
        ({"source": {"s3Location": {"uri": URI}}}, "", "key format is missing"),
        ({"format": 1, "source": {"s3Location": {"uri": URI}}}, ".format", "must be a string, got a number"),
        ({"format": None, "source": {"s3Location": {"uri": URI}}}, ".format", "must be a string, got null"),
        ({"format": "png", "source": URI}, ".source", "must be an object, got a string"),
        ({"format": "png", "source": {}}, ".source", "key s3Location is missing"),
        (
            {"format": "png", "source": {"s3location": {"uri": URI}}},
            ".source",
            "unknown key 'x0xxxxxxxx'; allowed: s3Location; did you mean 's3Location'?",
        ),
        (
            {"format": "png", "source": {"s3Location": {"uri": URI}, "bytes": "aaaa"}},
            ".source",
            "unknown key 'bytes'; allowed: s3Location",
        ),
        ({"format": "png", "source": {"s3Location": URI}}, ".source.s3Location", "must be an object, got a string"),
        ({"format": "png", "source": {"s3Location": {}}}, ".source.s3Location", "key uri is missing"),
        (
            {"format": "png", "source": {"s3Location": {"uri": URI, "owner": "1"}}},
            ".source.s3Location",
            "unknown key 'owner'; allowed: uri, bucketOwner; did you mean 'bucketOwner'?",
        ),
        (
            {"format": "png", "source": {"s3Location": {"uri": 5}}},
            ".source.s3Location.uri",
            "must be a string, got a number",
        ),
        (
            {"format": "png", "source": {"s3Location": {"uri": URI, "bucketOwner": 111122223333}}},
            ".source.s3Location.bucketOwner",
            "must be a string, got a number",
        ),
        (
            {"format": "png", "source": {"s3Location": {"uri": URI, "bucketOwner": "11112222333"}}},
            ".source.s3Location.bucketOwner",
            "must be an account id of 12 digits",
        ),
        (
            {"format": "png", "source": {"s3Location": {"uri": URI}}, "detail": 1},
            "",
            "unknown key 'detail'; allowed: format, source",
        ),
        (
            {"format": "bmp", "source": {"s3Location": {"uri": URI}}},
            ".format",
            "image format is none of those of Nova Lite: jpeg, png, gif, webp",
        ),
        (
            {"format": "jpg", "source": {"s3Location": {"uri": URI}}},
            ".format",
            "image format is none of those of Nova Lite: jpeg, png, gif, webp; did you mean 'jpeg'?",
        ),
        (
            {"format": "PNG", "source": {"s3Location": {"uri": URI}}},
            ".format",
            "image format is none of those of Nova Lite: jpeg, png, gif, webp; did you mean 'png'?",
        ),
    ],
)
def test_description_that_is_not_as_documented_is_found_at_its_path(content, path, message):
    """Keys at their object, types and values at themselves."""
    assert found(record({"image": content}))[0] == ("DS208", f"{FIRST}.image{path}", message)
    codes = {code for code, _, _ in found(record({"image": content}))}
    assert codes == {"DS208"}


def test_key_that_is_there_already_is_no_guess():
    """Nobody misspelt what is also spelt right."""
    block = media()
    block["image"]["Format"] = "png"
    assert found(record(block)) == [("DS208", f"{FIRST}.image", "unknown key 'Format'; allowed: format, source")]


def test_all_flaws_of_a_description_come_at_once():
    """Media of a broken description are counted as none."""
    blocks = [
        {"image": {"format": 1, "source": {"s3Location": {"uri": "x", "bucketOwner": ""}}}},
        {"image": {}, "text": ""},
    ]
    assert places(record(*blocks)) == [
        ("DS208", f"{FIRST}.image.format"),
        ("DS209", f"{FIRST}.image.source.s3Location.uri"),
        ("DS208", f"{FIRST}.image.source.s3Location.bucketOwner"),
        ("DS201", "messages[0].content[2]"),
        ("DS208", "messages[0].content[2].image"),
        ("DS208", "messages[0].content[2].image"),
    ]


def test_nan_in_a_description_is_found_once():
    """It is no JSON; that is enough."""
    each = record({"image": {"format": float("nan"), "source": float("inf")}})
    conversation, flaws = read(parsed(each), CONVERSATION, NOVA_LITE)
    assert conversation is None
    assert [(flaw.code, flaw.path) for flaw in flaws] == [
        ("DS111", f"{FIRST}.image.format"),
        ("DS111", f"{FIRST}.image.source"),
    ]


GOOD_URIS = ["s3://abc/a", "s3://a.b-c.1/x/y_z-0.PNG", f"s3://{'a' * 63}/k", f"s3://abc/{'k' * 1024}", "s3://1bc//a"]


@pytest.mark.parametrize("uri", GOOD_URIS)
def test_uri_of_an_object_is_fine(uri):
    """Buckets of 3 to 63 characters, keys of 1 to 1024."""
    assert uri_problem(uri) is None
    assert found(record(media(uri=uri))) == []


NO_BUCKET = "URI does not name a bucket: 3 to 63 lower-case letters, digits, dots and hyphens"


@pytest.mark.parametrize(
    ("uri", "problem"),
    [
        ("", "URI does not begin with s3://"),
        ("https://pets.s3.amazonaws.com/cat.png", "URI does not begin with s3://"),
        ("S3://pets/cat.png", "URI does not begin with s3://"),
        (" s3://pets/cat.png", "URI does not begin with s3://"),
        ("s3:/pets/cat.png", "URI does not begin with s3://"),
        ("s3://", NO_BUCKET),
        ("s3:///cat.png", NO_BUCKET),
        ("s3://ab/cat.png", NO_BUCKET),
        (f"s3://{'a' * 64}/cat.png", NO_BUCKET),
        ("s3://Pets/cat.png", NO_BUCKET),
        ("s3://my_pets/cat.png", NO_BUCKET),
        ("s3://-pets/cat.png", NO_BUCKET),
        ("s3://pets./cat.png", NO_BUCKET),
        ("s3://pe..ts/cat.png", NO_BUCKET),
        ("s3://pets", "URI names no object in the bucket"),
        ("s3://pets/", "URI names no object in the bucket"),
        ("s3://pets/cats/", "URI names no object in the bucket"),
        ("s3://pets/my cat.png", "key has characters other than letters, digits and _ - / ."),
        ("s3://pets/cät.png", "key has characters other than letters, digits and _ - / ."),
        ("s3://pets/cat.png\n", "key has characters other than letters, digits and _ - / ."),
        ("s3://pets/cat+1.png", "key has characters other than letters, digits and _ - / ."),
        ("s3://pets/cat.png?versionId=1", "key has characters other than letters, digits and _ - / ."),
        (f"s3://abc/{'k' * 1025}", "key has 1025 characters, S3 takes at most 1024"),
    ],
)
def test_uri_that_bedrock_cannot_read_is_found_and_shown_redacted(uri, problem):
    """A key may hold a name; the message does not."""
    assert uri_problem(uri) == problem
    assert found(record(media(uri=uri))) == [("DS209", f"{FIRST}.image.source.s3Location.uri", problem)]
    _, flaws = read(record(media(uri="s3://pets/my cat 7.png")), CONVERSATION)
    assert flaws[0].excerpt == "x0://xxxx/xx xxx 0.xxx"


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


def test_video_format_is_held_to_the_videos():
    """A video is no png."""
    assert found(record(media("video", "png"))) == [
        ("DS208", f"{FIRST}.video.format", "video format is none of those of Nova Lite: mov, mkv, mp4, webm")
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
