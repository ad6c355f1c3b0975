"""Each image and each video is described as documented, by its format and the URI of its object."""

import pytest

from finetuning.dataset.reading.formats import read
from finetuning.dataset.reading.media import uri_problem
from tests.unit.finetuning.dataset_media import (
    CONVERSATION,
    FIRST,
    GOOD_URIS,
    NOVA_LITE,
    URI,
    found,
    media,
    parsed,
    places,
    record,
)


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


def test_video_format_is_held_to_the_videos():
    """A video is no png."""
    assert found(record(media("video", "png"))) == [
        ("DS208", f"{FIRST}.video.format", "video format is none of those of Nova Lite: mov, mkv, mp4, webm")
    ]
