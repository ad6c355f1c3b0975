"""What somebody does to a repository, by mistake or on purpose, that must not reach prod."""

import hashlib
import json
from pathlib import Path
from typing import Any

from tests.workflows import promoted_project
from tests.workflows.promoted_project import MODEL, WORKLOAD_ACCOUNT

PIN = f"environments/prod.{MODEL}.json"


def pinned(clone: Path) -> tuple[Path, dict[str, Any]]:
    """The pin of prod, as a file and as what it says."""
    path = clone / PIN
    return path, json.loads(path.read_text(encoding="utf-8"))


def unapproved(clone: Path) -> None:
    """Nobody says that they approve it."""
    path, pin = pinned(clone)
    path.write_text(json.dumps(pin | {"approved_by": ""}), encoding="utf-8")


def tampered(clone: Path) -> None:
    """The manifest says another value than the one that was signed."""
    path = clone / "environments" / "manifests" / f"{pinned(clone)[1]['manifest']}.json"
    path.write_text(path.read_text(encoding="utf-8").replace("0.", "1.", 1), encoding="utf-8")


def forged(clone: Path) -> None:
    """The same, with the digest and the pin made to fit; the signature cannot be."""
    path, pin = pinned(clone)
    manifest = clone / "environments" / "manifests" / f"{pin['manifest']}.json"
    evidence = json.loads(manifest.read_text(encoding="utf-8"))
    text = evidence["manifest"].replace("0.", "1.", 1)
    digest = hashlib.sha256(text.encode()).hexdigest()
    manifest.with_stem(digest).write_text(json.dumps(evidence | {"manifest": text}), encoding="utf-8")
    path.write_text(json.dumps(pin | {"manifest": digest}), encoding="utf-8")


def elsewhere(clone: Path) -> None:
    """Prod is to be in another account, in which there is no such model; a pin is touched so that it is promoted."""
    promoted_project.edit(clone, lambda context: context["environments"]["prod"].update(account=WORKLOAD_ACCOUNT))
    path, pin = pinned(clone)
    path.write_text(json.dumps(pin), encoding="utf-8")


def worsen(clone: Path) -> None:
    """Train on answers that belong to other questions."""
    path = clone / "datasets" / "bedrock-faq" / "training.jsonl"
    records = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    answers = [record["messages"][-1] for record in records]
    for record, answer in zip(records, [*answers[1:], answers[0]], strict=True):
        record["messages"][-1] = answer
    path.write_text("".join(json.dumps(record) + "\n" for record in records), encoding="utf-8")
