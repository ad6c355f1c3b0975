"""The pin of a promoted model: which manifest an environment takes, who approved that, and the evidence beside it.

Both files are in the repository, so that the reviewer of a pull request sees the evidence, and no environment reads
another's bucket or table. Whether the signature is the source's own can only KMS say: the deployment asks it.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from configuration.dataset_files import PROJECT_ROOT
from finetuning import manifest
from finetuning.manifest import Manifest, ManifestError, Signature
from finetuning.problems import Problem
from finetuning.suggestions import did_you_mean

#: In the repository.
FOLDER = PROJECT_ROOT / "environments"
MANIFESTS = "manifests"
_FIELDS = ("manifest", "approved_by", "reference")


@dataclass(frozen=True)
class Pin:
    """A pinned manifest, whose bytes are what its digest says.

    Attributes:
        digest: SHA-256 of the manifest's canonical bytes.
        approved_by: who approved the promotion; "" if nobody has.
        reference: where the approval can be read; "" without one.
        text: the manifest's canonical text, which was signed.
        signature: of the digest; not verified here.
        manifest: what the text says.
    """

    digest: str
    approved_by: str
    reference: str
    text: str
    signature: Signature
    manifest: Manifest


def pin_file(environment: str, model: str, folder: Path | None = None) -> Path:
    """Return the file that pins a model of an environment."""
    return (folder or FOLDER) / f"{environment}.{model}.json"


def manifest_file(digest: str, folder: Path | None = None) -> Path:
    """Return the file that holds a manifest and its signature."""
    return (folder or FOLDER) / MANIFESTS / f"{digest}.json"


def pin_text(digest: str, approved_by: str, reference: str) -> str:
    """Return a pin file's content."""
    document = {"manifest": digest, "approved_by": approved_by, "reference": reference}
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def manifest_text(text: str, signature: Signature) -> str:
    """Return a manifest file's content: what was signed is kept as a string, so that no formatter changes it."""
    return json.dumps({"manifest": text, "signature": signature.document()}, indent=2, ensure_ascii=False) + "\n"


def read(environment: str, model: str, promote: str, found: list[Problem], folder: Path | None = None) -> Pin | None:
    """Return a model's pin, if nothing is wrong with its two files.

    Args:
        environment: that the model is promoted to.
        model: name of the use case.
        promote: the command that writes them.
        found: gets what is wrong.
        folder: where they are; None for the repository's.
    """
    path = pin_file(environment, model, folder)
    where = f"{FOLDER.name}/{path.name}"
    document = _object(path, where, f"write it with: {promote}", found)
    if document is None:
        return None
    before = len(found)
    found += [_unknown(field, where) for field in document if field not in _FIELDS]
    found += [
        Problem(f"{where}: {field}", f"must be a string, got {document.get(field, '')!r}", f"run: {promote}")
        for field in _FIELDS
        if not isinstance(document.get(field, ""), str)
    ]
    digest = document.get("manifest", "")
    if isinstance(digest, str) and not _is_digest(digest):
        message = f"must be the SHA-256 of a manifest, 64 hexadecimal digits, got {digest!r}"
        found.append(Problem(f"{where}: manifest", message, f"run: {promote}"))
    if len(found) > before:
        return None
    evidence = read_manifest(digest, promote, found, folder)
    if evidence is None:
        return None
    text, signature, known = evidence
    return Pin(digest, document.get("approved_by", ""), document.get("reference", ""), text, signature, known)


def read_manifest(
    digest: str, promote: str, found: list[Problem], folder: Path | None
) -> tuple[str, Signature, Manifest] | None:
    """Return a manifest of the repository with its text and signature, if its bytes are what its digest says."""
    where = f"{FOLDER.name}/{MANIFESTS}/{digest}.json"
    document = _object(manifest_file(digest, folder), where, f"write it with: {promote}", found)
    if document is None:
        return None
    text = document.get("manifest")
    actual = manifest.digest(text.encode("utf-8", "surrogatepass")) if isinstance(text, str) else ""
    if not isinstance(text, str) or actual != digest:
        message = f"its manifest has SHA-256 {actual or 'none'}, and its name says another: it was changed"
        found.append(Problem(where, message, f"restore it from git, or write it anew: {promote}"))
        return None
    try:
        return text, manifest.read_signature(document.get("signature")), manifest.read(text)
    except ManifestError as error:
        found += [Problem(f"{where}: {problem.path}", problem.message, problem.fix) for problem in error.problems]
        return None


def _object(path: Path, where: str, fix: str, found: list[Problem]) -> Mapping[str, Any] | None:
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        found.append(Problem(where, "does not exist", fix))
    except OSError as error:
        found.append(Problem(where, f"cannot be read: {error.strerror}", "give yourself the right to read it"))
    except ValueError as error:
        found.append(Problem(where, f"is not JSON: {error}", f"restore it from git, or {fix}"))
    else:
        if isinstance(document, dict):
            return document
        found.append(Problem(where, "must be a JSON object", f"restore it from git, or {fix}"))
    return None


def _unknown(field: str, where: str) -> Problem:
    fix = did_you_mean(field, _FIELDS) or "remove it"
    return Problem(f"{where}: {field}", f"unknown field; allowed: {', '.join(_FIELDS)}", fix)


def _is_digest(text: str) -> bool:
    return len(text) == 64 and all(character in "0123456789abcdef" for character in text)
