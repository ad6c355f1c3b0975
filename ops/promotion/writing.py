"""The two files of a promotion: written whole, manifest first, and only if they differ."""

import os
from pathlib import Path

from configuration import pins
from ops.errors import writing
from ops.promotion.source import Signed


def write(environment: str, model: str, signed: Signed, approval: tuple[str, str], folder: Path | None) -> list[Path]:
    """Pin a manifest, and return the files that changed.

    Args:
        environment: that it is pinned for.
        model: of the use case.
        signed: the manifest.
        approval: who approved, and where that can be read.
        folder: of the pins; None for the repository's.

    Raises:
        UnwritableError: a folder may not be written, or the disk is full.
    """
    wanted = {
        pins.manifest_file(signed.digest, folder): pins.manifest_text(signed.text, signed.signature),
        pins.pin_file(environment, model, folder): pins.pin_text(signed.digest, *approval),
    }
    return [path for path, text in wanted.items() if _replace(path, text)]


def _replace(path: Path, text: str) -> bool:
    """Write a file in one step, unless it says so already."""
    content = text.encode("utf-8")
    if path.is_file() and path.read_bytes() == content:
        return False
    with writing(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        beside = path.with_name(f".{path.name}.new")
        beside.write_bytes(content)
        os.replace(beside, path)
    return True
