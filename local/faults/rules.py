"""What a fault is, and the document that lists faults; all problems of a document are told at once."""

import json
from collections.abc import Collection, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

#: Places beside the operations of services, such as `bedrock:CreateProvisionedModelThroughput` or `s3:*`.
EVENT, DELIVERY, INVOCATION = "events:delivery", "lambda:delivery", "lambda:invocation"
ANSWER = "cloudformation:answer"
FATES = ("bedrock:job", "bedrock:throughput", "bedrock:deployment", "bedrock:evaluation", "bedrock:copy")

#: What can be done, and where: `error` before the effect, `lost` answer after it, `delay`, `kill` of the calling
#: Lambda function, `drop`, `duplicate` or `reorder` of a delivery, `status` of a job, an endpoint or a reply.
WHATS = ("error", "lost", "delay", "kill", "drop", "duplicate", "reorder", "status")
_DELIVERIES = ("drop", "duplicate", "reorder", "delay")
_ALLOWED: Mapping[str, tuple[str, ...]] = {
    EVENT: _DELIVERIES,
    DELIVERY: _DELIVERIES,
    INVOCATION: ("error", "lost", "delay"),
    ANSWER: ("error", "lost", "delay", "kill"),
    **dict.fromkeys(FATES, ("status",)),
}
_OF_CALLS = ("error", "lost", "delay", "kill", "status")
_WHENS = ("before", "after")


class FaultsError(ValueError):
    """A document of faults cannot be used; the message lists all problems, one per line."""


@dataclass(frozen=True)
class Rule:
    """One fault.

    Attributes:
        operation: Service and botocore operation (`dynamodb:PutItem`), `service:*`, `*`, or one of the places above.
        what: One of WHATS.
        function: Feature of the Lambda function that calls, or is called; "" for anybody.
        contains: Text that the path, the body, the event or the name must contain; "" for any.
        nth: First of the matching occurrences that is struck, from 1.
        times: How many are struck; 0 for all.
        every: From the first on, every how manyth is struck.
        code: Error code.
        message: Error message, or failure message of a status.
        http_status: HTTP status of an error; of a lost answer: 0 closes the connection.
        when: Of a kill or a delay: `before` or `after` the effect.
        seconds: Real seconds of a delay, and the longest that a reordered delivery is held back.
        status: Status of a job, an endpoint or a reply, known or of the future.
    """

    operation: str
    what: str
    function: str = ""
    contains: str = ""
    nth: int = 1
    times: int = 1
    every: int = 1
    code: str = "InternalServerException"
    message: str = "a fault on purpose"
    http_status: int = 0
    when: str = "before"
    seconds: float = 1.0
    status: str = ""

    def names(self, operation: str) -> bool:
        """Whether this rule means an operation."""
        service, _, wanted = self.operation.partition(":")
        return self.operation in ("*", operation) or (wanted == "*" and operation.startswith(f"{service}:"))

    def strikes(self, occurrence: int) -> bool:
        """Whether it strikes this one of the matching occurrences, counted from 1."""
        past = occurrence - self.nth
        if past < 0 or past % self.every:
            return False
        return self.times == 0 or past // self.every < self.times


@dataclass(frozen=True)
class Plan:
    """All faults, and the quotas in effect.

    Attributes:
        rules: Faults, the first one that strikes counts.
        quotas: Bedrock's service quotas that differ from the settings, by name.
    """

    rules: tuple[Rule, ...] = ()
    quotas: Mapping[str, int] = field(default_factory=dict)

    def document(self) -> dict[str, Any]:
        """The document that `parse` reads back."""
        return {"rules": [asdict(rule) for rule in self.rules], "quotas": dict(self.quotas)}


def parse(text: str, quotas: Collection[str]) -> Plan:
    """A plan from JSON: `{"rules": [...], "quotas": {...}}`, or only the list of rules.

    Args:
        text: The document.
        quotas: Names of the quotas that can be set.

    Raises:
        FaultsError: It is not JSON or has problems.
    """
    try:
        loaded = json.loads(text)
    except ValueError as error:
        raise FaultsError(f"not JSON: {error}") from None
    document: Any = {"rules": loaded} if isinstance(loaded, list) else loaded
    problems = list(_document_problems(document, quotas))
    if problems:
        raise FaultsError("\n".join(problems))
    return Plan(tuple(Rule(**rule) for rule in document.get("rules", [])), document.get("quotas", {}))


def _document_problems(document: Any, quotas: Collection[str]) -> Iterator[str]:
    if not isinstance(document, dict) or not isinstance(document.get("rules", []), list):
        yield 'must be {"rules": [...], "quotas": {...}} or a list of rules'
        return
    yield from (f"{name}: not known; known are rules, quotas" for name in document.keys() - {"rules", "quotas"})
    for number, rule in enumerate(document.get("rules", [])):
        yield from (f"rules[{number}].{problem}" for problem in _rule_problems(rule))
    for name, value in document.get("quotas", {}).items():
        if name not in quotas:
            yield f"quotas.{name}: not a quota; known are {', '.join(sorted(quotas))}"
        elif not _is_number(value, int) or value < 0:
            yield f"quotas.{name}: must be a whole number from 0, received {value!r}"


def _rule_problems(rule: Any) -> Iterator[str]:
    if not isinstance(rule, dict):
        yield f"operation: must be an object with operation and what, received {rule!r}"
        return
    known = Rule.__dataclass_fields__
    yield from (f"{name}: not known; known are {', '.join(known)}" for name in rule.keys() - known.keys())
    for name in ("operation", "what", "function", "contains", "code", "message", "when", "status"):
        if not isinstance(rule.get(name, ""), str):
            yield f"{name}: must be text, received {rule[name]!r}"
            return
    yield from _number_problems(rule)
    operation, what, status = rule.get("operation", ""), rule.get("what", ""), rule.get("status", "")
    if operation != "*" and ":" not in operation:
        yield f"operation: must be such as bedrock:CreateProvisionedModelThroughput, received {operation!r}"
    allowed = _ALLOWED.get(operation, _OF_CALLS)
    if what not in allowed:
        yield f"what: must be one of {', '.join(allowed)}, received {what!r}"
    if (what == "status") != bool(status):
        yield f"status: goes with what = status only, received {status!r}"
    if rule.get("when", "before") not in _WHENS:
        yield f"when: must be one of {', '.join(_WHENS)}, received {rule['when']!r}"


def _number_problems(rule: Mapping[str, Any]) -> Iterator[str]:
    for name, least in (("nth", 1), ("times", 0), ("every", 1), ("http_status", 0)):
        if name in rule and (not _is_number(rule[name], int) or rule[name] < least):
            yield f"{name}: must be a whole number from {least}, received {rule[name]!r}"
    if "seconds" in rule and (not _is_number(rule["seconds"], int, float) or not 0 <= rule["seconds"] <= 600):
        yield f"seconds: must be a number from 0 to 600, received {rule['seconds']!r}"


def _is_number(value: object, *kinds: type) -> bool:
    return isinstance(value, kinds) and not isinstance(value, bool)
