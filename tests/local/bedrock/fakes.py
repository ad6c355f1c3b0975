"""A clock that is moved by hand, and fakes of the services around Bedrock."""

import itertools
import json
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from local.bedrock.clock import Action
from local.bedrock.neighbours import ConditionKeys, Headers, Key, Storage, StorageError
from local.bedrock.protocol.faults import access_denied

ROLE = "arn:aws:iam::000000000000:role/service"


class ManualClock:
    """A clock that stands still until it is advanced; one simulated second is one second."""

    def __init__(self) -> None:
        self._now = datetime(2026, 1, 15, 12, tzinfo=UTC)
        self._waiting: list[tuple[datetime, int, Action]] = []
        self._numbers = itertools.count()

    def now(self) -> datetime:
        return self._now

    def moment_after(self, duration: timedelta) -> datetime:
        return self._now + duration

    def since(self, moment: datetime) -> timedelta:
        return self._now - moment

    def after(self, duration: timedelta, action: Action) -> None:
        self._waiting.append((self._now + duration, next(self._numbers), action))

    def advance(self, **duration: float) -> None:
        """Let time pass and run what is due, in order."""
        end = self._now + timedelta(**duration)
        while due := sorted(item for item in self._waiting if item[0] <= end):
            self._waiting.remove(due[0])
            self._now = max(self._now, due[0][0])
            due[0][2]()
        self._now = end


@dataclass(frozen=True)
class Check:
    """One authorization that was asked for."""

    action: str
    arn: str
    keys: Mapping[str, Any]


@dataclass(frozen=True)
class FakeKey:
    arn: str
    enabled: bool = True


@dataclass
class FakeNeighbours:
    """IAM that allows everything but what is denied, S3 in a dictionary, KMS keys, and the events that were put."""

    objects: dict[tuple[str, str], bytes] = field(default_factory=dict)
    unwritable: set[str] = field(default_factory=set)
    denied: set[str] = field(default_factory=set)
    checks: list[Check] = field(default_factory=list)
    roles: set[str] = field(default_factory=lambda: {ROLE})
    assumed_with: list[ConditionKeys] = field(default_factory=list)
    keys: dict[str, FakeKey] = field(default_factory=dict)
    events: list[tuple[str, dict[str, Any], list[str]]] = field(default_factory=list)
    calls: list[tuple[str, str, list[dict[str, Any]]]] = field(default_factory=list)
    grader: Callable[[list[dict[str, Any]]], bytes] = lambda samples: b"[]"
    counted: Counter[tuple[str, str]] = field(default_factory=Counter)

    def authorize(self, headers: Headers, action: str, arn: str, keys: ConditionKeys) -> None:
        self.checks.append(Check(action, arn, dict(keys)))
        if action in self.denied or f"{action} {arn}" in self.denied:
            raise access_denied(f"User: somebody is not authorized to perform: {action} on resource: {arn}")

    def require_pass_role(self, headers: Headers, role_arn: str, resource_arn: str) -> None:
        self.authorize(headers, "iam:PassRole", role_arn, {})

    def may_assume(self, role_arn: str, keys: ConditionKeys) -> bool:
        self.assumed_with.append(keys)
        return role_arn in self.roles

    def storage_as(self, role_arn: str, session: str) -> Storage:
        return self

    def read(self, bucket: str, key: str) -> bytes:
        if (bucket, key) not in self.objects:
            raise StorageError("AccessDenied")
        return self.objects[bucket, key]

    def write(self, bucket: str, key: str, content: bytes) -> None:
        if bucket in self.unwritable:
            raise StorageError("AccessDenied")
        self.objects[bucket, key] = content

    def role_may(self, role_arn: str, session: str, action: str, arn: str, keys: ConditionKeys) -> bool:
        self.checks.append(Check(action, arn, dict(keys)))
        return f"role {action}" not in self.denied

    def call(self, role_arn: str, session: str, function_arn: str, payload: bytes) -> bytes:
        self.calls.append((role_arn, function_arn, json.loads(payload)))
        return self.grader(json.loads(payload))

    def key(self, identifier: str) -> Key | None:
        return self.keys.get(identifier)

    def key_of(self, arn: str) -> Key | None:
        return self.keys.get(arn)

    def publish(self, detail_type: str, detail: Mapping[str, Any], resources: Sequence[str]) -> None:
        self.events.append((detail_type, json.loads(json.dumps(detail)), list(resources)))

    def count(self, metric: str, model_id: str) -> None:
        self.counted[metric, model_id] += 1
