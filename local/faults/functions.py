"""Lambda functions under faults: who makes a request, killing it, and invocations that fail.

The process that calls is found by its connection in /proc, so rules with `function` and `kill` need Linux.
"""

import logging
import os
import signal
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from ministack.core import lambda_runtime
from ministack.services import lambda_svc

from local.faults.faults import Faults
from local.faults.rules import INVOCATION
from local.patches import upstream

_log = logging.getLogger("faults")
_CONNECTIONS = Path("/proc/net/tcp")


def install(faults: Faults) -> None:
    """Let invocations fail before or after they run."""
    parameters = ("func", "event", "request_id")
    upstream.replace(lambda_svc, "_execute_function_warm", parameters, lambda original: _struck(faults, original))


def handler_of(function: dict[str, Any]) -> str:
    """The handler in MiniStack's record of a function, such as `lambdas.sweep.handler.handler`."""
    config = function.get("config") or function
    return str(config.get("Handler", ""))


def caller(port: int) -> Any:
    """The worker of the Lambda function at the other end of a connection from this port; None if it is none."""
    inode = _inode(port)
    workers = [worker for pool in list(lambda_runtime._workers.values()) for worker in list(pool)]
    return next((worker for worker in workers if inode and _holds(worker, inode)), None)


def handler_at(port: int) -> str:
    """The handler of the Lambda function that calls from this port; "" if none does."""
    found = caller(port)
    return str(found.config.get("Handler", "")) if found else ""


def kill(port: int) -> None:
    """Kill the process of the Lambda function that calls from this port, as when its sandbox dies."""
    found = caller(port)
    if found is None:
        _log.warning("the caller is no Lambda function, so it is not killed")
        return
    os.kill(found._proc.pid, signal.SIGKILL)


def _struck(faults: Faults, original: Callable[..., dict[str, Any]]) -> Callable[..., dict[str, Any]]:
    def execute(func: dict[str, Any], event: Any, request_id: str) -> dict[str, Any]:
        rule = faults.strike(INVOCATION, str(event), lambda: handler_of(func))
        if rule is None:
            return original(func, event, request_id)
        if rule.what == "delay":
            time.sleep(rule.seconds)
        result = {} if rule.what == "error" else original(func, event, request_id)
        failed = {"body": {"errorType": rule.code, "errorMessage": rule.message}, "error": True, "log": rule.message}
        return result if rule.what == "delay" else failed

    return execute


def _inode(port: int) -> str:
    """The kernel's id of the client's socket of a loopback connection from a port; "" if it is not known."""
    if not _CONNECTIONS.exists():
        return ""
    for line in _CONNECTIONS.read_text().splitlines()[1:]:
        fields = line.split()
        if int(fields[1].rpartition(":")[2], 16) == port:
            return fields[9]
    return ""


def _holds(worker: Any, inode: str) -> bool:
    process = getattr(worker, "_proc", None)
    if process is None:
        return False
    try:
        opened = [os.readlink(entry) for entry in Path(f"/proc/{process.pid}/fd").iterdir()]
    except OSError:
        return False
    return f"socket:[{inode}]" in opened
