"""The version of what runs: a digest of the functions' source, which manifests name."""

from functools import cache
from hashlib import sha256
from pathlib import Path

from stacks.constructs.function_source import staged_source


@cache
def code_version() -> str:
    """Return the SHA-256 of the source that all functions share: of each file's path and content, in order."""
    return digest_of(Path(staged_source()))


def digest_of(folder: Path) -> str:
    """Return the SHA-256 of a folder's files; neither their dates nor the order on the disk matter."""
    found = sha256()
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        name, content = path.relative_to(folder).as_posix().encode(), path.read_bytes()
        for part in (name, content):
            found.update(len(part).to_bytes(8, "big"))
            found.update(part)
    return found.hexdigest()
