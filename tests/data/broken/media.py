"""Images and videos, described, counted and placed wrongly."""

from tests.data.broken.case import Case, messages, one

URI = "s3://amzn-s3-demo-bucket/train/cat.png"
CONTENT = "messages[0].content"
IMAGE = f"{CONTENT}[1].image"
ANSWER = ("assistant", [{"text": "A"}])


def image(uri: object = URI, image_format: object = "png", **location: object) -> dict[str, object]:
    """Return an image block."""
    return {"image": {"format": image_format, "source": {"s3Location": {"uri": uri} | location}}}


def video(uri: str = "s3://amzn-s3-demo-bucket/train/cat.mp4", video_format: str = "mp4") -> dict[str, object]:
    """Return a video block."""
    return {"video": {"format": video_format, "source": {"s3Location": {"uri": uri}}}}


def _shown(name: str, *blocks: object, found: tuple[tuple[str, str], ...], base_model: str = "nova-lite") -> Case:
    data = messages(("user", [{"text": "Q"}, *blocks]), ANSWER)
    return one(name, data, *((code, 1, path) for code, path in found), base_model=base_model)


def _uri(uri: str) -> Case:
    return _shown(f"URI {uri[:40]!r}", image(uri), found=(("DS209", f"{IMAGE}.source.s3Location.uri"),))


def _described(name: str, description: object, *found: tuple[str, str]) -> Case:
    return _shown(name, {"image": description}, found=tuple((code, IMAGE + path) for code, path in found))


_SOURCE = {"s3Location": {"uri": URI}}

MEDIA = (
    _shown("image, for a model of text", image(), found=(("DS206", IMAGE),), base_model="nova-micro"),
    _shown(
        "video, for a model of images", video(), found=(("DS206", f"{CONTENT}[1].video"),), base_model="llama-3.2-11b"
    ),
    _described("image without a format", {"source": _SOURCE}, ("DS208", "")),
    _described("image without a source", {"format": "png"}, ("DS208", "")),
    _described("image is a text", "cat.png", ("DS208", "")),
    _described(
        "image of bytes",
        {"format": "png", "source": {"bytes": "iVBORw0KGgo="}},
        ("DS208", ".source"),
        ("DS208", ".source"),
    ),
    _described("unknown key in an image", {"format": "png", "source": _SOURCE, "alt": "x"}, ("DS208", "")),
    _described("source is a text", {"format": "png", "source": URI}, ("DS208", ".source")),
    _described("place without a URI", {"format": "png", "source": {"s3Location": {}}}, ("DS208", ".source.s3Location")),
    _described("place is a text", {"format": "png", "source": {"s3Location": URI}}, ("DS208", ".source.s3Location")),
    _described("format is a number", {"format": 1, "source": _SOURCE}, ("DS208", ".format")),
    _described(
        "URI is null", {"format": "png", "source": {"s3Location": {"uri": None}}}, ("DS208", ".source.s3Location.uri")
    ),
    _shown("unknown image format", image(image_format="bmp"), found=(("DS208", f"{IMAGE}.format"),)),
    _shown("format of a video at an image", image(image_format="mp4"), found=(("DS208", f"{IMAGE}.format"),)),
    _shown(
        "owner of eleven digits",
        image(bucketOwner="12345678901"),
        found=(("DS208", f"{IMAGE}.source.s3Location.bucketOwner"),),
    ),
    _shown("text and image in one block", image() | {"text": "x"}, found=(("DS201", f"{CONTENT}[1]"),)),
    _uri("https://amzn-s3-demo-bucket.s3.amazonaws.com/cat.png"),
    _uri("S3://amzn-s3-demo-bucket/cat.png"),
    _uri("s3:/amzn-s3-demo-bucket/cat.png"),
    _uri("s3://amzn-s3-demo-bucket"),
    _uri("s3://amzn-s3-demo-bucket/"),
    _uri("s3://amzn-s3-demo-bucket/folder/"),
    _uri("s3:///cat.png"),
    _uri("s3://Bucket/cat.png"),
    _uri("s3://ab/cat.png"),
    _uri("s3://-bucket/cat.png"),
    _uri("s3://bu..cket/cat.png"),
    _uri("s3://my_bucket/cat.png"),
    _uri(f"s3://{'b' * 64}/cat.png"),
    _uri("s3://amzn-s3-demo-bucket/my cat.png"),
    _uri("s3://amzn-s3-demo-bucket/cat%20.png"),
    _uri("s3://amzn-s3-demo-bucket/Käse.png"),
    _uri("s3://amzn-s3-demo-bucket/cat.png\n"),
    _uri("s3://amzn-s3-demo-bucket/cat.png?versionId=1"),
    _uri(f"s3://amzn-s3-demo-bucket/{'k' * 1025}"),
    _uri(""),
    _shown("eleven images", *[image()] * 11, found=(("DS210", "messages"),)),
    _shown("two videos", video(), video(), found=(("DS210", "messages"),)),
    _shown("an image and a video", image(), video(), found=(("DS210", "messages"),)),
    one(
        "image in an answer",
        messages(("user", [{"text": "Q"}]), ("assistant", [{"text": "A"}, image()])),
        ("DS211", 1, "messages[1].content[1].image"),
        base_model="nova-lite",
    ),
    one(
        "image in the system prompt",
        messages(("user", [{"text": "Q"}]), ANSWER, system=[{"text": "S"}, image()]),
        ("DS211", 1, "system[1].image"),
        base_model="nova-lite",
    ),
    _shown("ten images, which is as many as may be", *[image()] * 10, found=()),
    _shown("bucket's owner, which may be there", image(bucketOwner="111122223333"), found=()),
)
