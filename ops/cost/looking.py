"""Looks up what is billed: what carries the owner tags, what records claim, and the details of both."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from finetuning.lifecycle import ModelRecord
from finetuning.lifecycle.caps import billed
from finetuning.lifecycle.facts import EndpointFacts
from finetuning.lifecycle.observation import OwnedThing
from finetuning.lifecycle.orphans import Orphan, orphans
from ops import foundation
from ops.cost import prices
from ops.project import Environment
from ops.session import NotDeployedError, Session


@dataclass(frozen=True)
class Look:
    """What was looked up.

    Attributes:
        things: everything alive that carries the owner tags.
        throughputs: details of provisioned throughput, by ARN: of those things, and of what records claim besides.
        key_arns: KMS keys that were made for the environment, to encrypt and to sign.
        prices: as `cdk.json` gives them.
        problem: why the registry could not be read, or "".
    """

    project: str
    environment: Environment
    now: datetime
    records: tuple[ModelRecord, ...] = ()
    things: tuple[OwnedThing, ...] = ()
    throughputs: Mapping[str, EndpointFacts] = field(default_factory=dict)
    orphans: tuple[Orphan, ...] = ()
    key_arns: tuple[str, ...] = ()
    prices: Mapping[str, Any] = field(default_factory=dict)
    problem: str = ""


def look(session: Session) -> Look:
    """Look at an environment now; one without stacks is looked at too, because something may be left of it."""
    now = datetime.now(UTC)
    records, key_arns, problem = _recorded(session)
    things = tuple(session.owned())
    arns = {thing.arn for thing in things if thing.kind == "provisioned"}
    arns |= {endpoint.arn for record in records for endpoint in billed(record) if endpoint.arn}
    details = session.details()
    found = {arn: facts for arn in sorted(arns) if (facts := details.endpoint(arn)) is not None}
    return Look(
        project=session.project,
        environment=session.environment,
        now=now,
        records=records,
        things=things,
        throughputs=found,
        orphans=tuple(orphans(records, things, now.timestamp())),
        key_arns=key_arns,
        prices=prices.read(session.environment.name),
        problem=problem,
    )


def _recorded(session: Session) -> tuple[tuple[ModelRecord, ...], tuple[str, ...], str]:
    """The records, the keys that were made for the environment, and why there are none."""
    try:
        outputs = session.outputs("Foundation")
        keys = (foundation.made(outputs, name) for name in ("KeyArn", "ManifestKeyArn"))
        return tuple(session.registry().all()), tuple(key for key in keys if key), ""
    except NotDeployedError as error:
        return (), (), str(error)
