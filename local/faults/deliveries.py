"""Events and asynchronous invocations under faults: dropped, duplicated, late, or in another order."""

import contextvars
import threading
from collections.abc import Callable

from local.faults.rules import Rule

Deliver = Callable[[], None]


class Deliveries:
    """Carries out what faults do to deliveries of one kind; a held one goes out after the next one, or in time."""

    def __init__(self) -> None:
        """Begin with nothing held back."""
        self._held: list[Deliver] = []
        self._lock = threading.Lock()

    def pass_on(self, rule: Rule | None, deliver: Deliver, drop: Deliver) -> None:
        """Deliver, as a fault wants it.

        Args:
            rule: The fault, or None.
            deliver: Delivers; returns at once.
            drop: What happens in its place when it is dropped.
        """
        what = rule.what if rule else ""
        if rule is not None and what == "reorder":
            context = contextvars.copy_context()
            with self._lock:
                self._held.append(lambda: context.run(deliver))
            _later(rule.seconds, self._release)
            return
        if rule is not None and what == "delay":
            _later(rule.seconds, deliver)
        elif what == "drop":
            drop()
        else:
            deliver()
            if what == "duplicate":
                deliver()
        self._release()

    def _release(self) -> None:
        with self._lock:
            held, self._held = self._held, []
        for deliver in held:
            deliver()


def _later(seconds: float, action: Deliver) -> None:
    timer = threading.Timer(seconds, contextvars.copy_context().run, args=(action,))
    timer.daemon = True
    timer.start()
