"""The faults in effect: which occurrence of what is struck, and what has been struck so far."""

import threading
from collections.abc import Callable, Collection, Mapping
from typing import Any

from local.faults.rules import Plan, Rule

Quotas = Mapping[str, int]


class Faults:
    """The plan in effect. Occurrences are counted from the moment their rule was set.

    Args:
        plan: The plan to begin with.
        quota_names: Names of the quotas that a plan may set.
    """

    def __init__(self, plan: Plan, quota_names: Collection[str]) -> None:
        """Begin with a plan."""
        self.quota_names = tuple(quota_names)
        self._plan = plan
        self._seen = [0] * len(plan.rules)
        self._struck: list[str] = []
        self._lock = threading.Lock()

    @property
    def quotas(self) -> Quotas:
        """Quotas that differ from the settings."""
        return self._plan.quotas

    def has_rules(self) -> bool:
        """Whether anything can be struck at all."""
        return bool(self._plan.rules)

    def change(self, plan: Plan) -> None:
        """Put a plan in the place of the one in effect; rules that stay keep their counts."""
        with self._lock:
            kept = [self._seen[self._plan.rules.index(rule)] if rule in self._plan.rules else 0 for rule in plan.rules]
            self._plan, self._seen = plan, kept

    def add(self, plan: Plan) -> None:
        """Put rules behind those in effect, and change quotas."""
        rules_now, quotas_now = self._plan.rules, self._plan.quotas
        added = tuple(rule for rule in plan.rules if rule not in rules_now)
        repeated = [rules_now.index(rule) for rule in plan.rules if rule in rules_now]
        with self._lock:
            self._plan = Plan(rules_now + added, {**quotas_now, **plan.quotas})
            self._seen += [0] * len(added)
            for number in repeated:
                self._seen[number] = 0

    def clear(self) -> None:
        """No fault any more, the quotas of the settings, and an empty journal."""
        with self._lock:
            self._plan, self._seen, self._struck = Plan(), [], []

    def strike(self, operation: str, text: str = "", function: Callable[[], str] = str) -> Rule | None:
        """The fault that strikes this occurrence; None for none.

        Args:
            operation: Service and operation, or a place.
            text: What a rule's `contains` looks at.
            function: Handler of the Lambda function that calls or is called, asked for only if a rule names one.
        """
        if not self._plan.rules:
            return None
        struck: Rule | None = None
        for number, rule in enumerate(self._plan.rules):
            if not rule.names(operation) or rule.contains not in text:
                continue
            if rule.function and f".{rule.function}." not in f".{function()}.":
                continue
            with self._lock:
                self._seen[number] += 1
                occurrence = self._seen[number]
            if struck is None and rule.strikes(occurrence):
                struck = rule
                self._struck.append(f"{rule.what} {operation}")
        return struck

    def document(self) -> dict[str, Any]:
        """Rules with how often each was seen, quotas, and what was struck, in order."""
        document = self._plan.document()
        for rule, seen in zip(document["rules"], self._seen, strict=True):
            rule["seen"] = seen
        return {**document, "struck": list(self._struck)}
