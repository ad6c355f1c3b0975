"""Images and videos of a record: who shows them, how many, and in which formats.

Source: Amazon Nova User Guide, 'Preparing data for fine-tuning understanding models', and AWS's validator for it.
"""

from tests.reference.conversation import Part
from tests.reference.facts import Facts
from tests.reference.media_description import Fault


def media_faults(parts: list[Part], facts: Facts) -> list[Fault]:
    """Return what is wrong with the images and videos of a record whose descriptions are well-formed."""
    faults: list[Fault] = []
    count = {"image": 0, "video": 0}
    formats = {"image": facts.image_formats, "video": facts.video_formats}
    for part in parts:
        for index, block in enumerate(part.blocks):
            for kind in block.keys() & formats.keys():
                path = f"{part.path}[{index}].{kind}"
                if not formats[kind]:
                    faults.append(("DS206", path))
                    continue
                count[kind] += 1
                if part.role != "user":
                    faults.append(("DS211", path))
                if block[kind]["format"] not in formats[kind]:
                    faults.append(("DS208", f"{path}.format"))
    if _too_many(count, facts):
        faults.append(("DS210", "messages"))
    return faults


def _too_many(count: dict[str, int], facts: Facts) -> bool:
    images, videos = count["image"], count["video"]
    return (
        bool(images and videos)
        or (facts.images is not None and images > facts.images)
        or (facts.videos is not None and videos > facts.videos)
    )
