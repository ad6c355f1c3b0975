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
#: A connection to this server: the caller's port and the server's. The caller's alone does not tell: the kernel gives
#: the same one to connections that go elsewhere, and lists those that are over for a while.
Connection = tuple[int, int]


def install(faults: Faults) -> None:
    """Let invocations fail before or after they run."""
    parameters = ("func", "event", "request_id")
    upstream.replace(lambda_svc, "_execute_function_warm", parameters, lambda original: _struck(faults, original))


def handler_of(function: dict[str, Any]) -> str:
    """The handler in MiniStack's record of a function, such as `lambdas.sweep.handler.handler`."""
    config = function.get("config") or function
    return str(config.get("Handler", ""))


def caller(connection: Connection) -> Any:
    """The worker of the Lambda function at the other end of a connection; None if it is none."""
    inode = inode_of(_CONNECTIONS.read_text(), connection) if _CONNECTIONS.exists() else ""
    workers = [worker for pool in list(lambda_runtime._workers.values()) for worker in list(pool)]
    return next((worker for worker in workers if inode and _holds(worker, inode)), None)


def handler_at(connection: Connection) -> str:
    """The handler of the Lambda function that calls over this connection; "" if none does."""
    found = caller(connection)
    return str(found.config.get("Handler", "")) if found else ""


def kill(connection: Connection) -> None:
    """Kill the process of the Lambda function that calls over this connection, as when its sandbox dies."""
    found = caller(connection)
    if found is None:
        _log.warning("the caller is no Lambda function, so it is not killed")
        return
    os.kill(found._proc.pid, signal.SIGKILL)


def inode_of(table: str, connection: Connection) -> str:
    """The kernel's id of the caller's socket, by its table of connections; "" if that one is not in it.

    Columns of the table: Linux kernel documentation, 'networking/proc_net_tcp'.
    """
    for line in table.splitlines()[1:]:
        fields = line.split()
        ports = tuple(int(address.rpartition(":")[2], 16) for address in fields[1:3])
        if ports == connection and fields[9] != "0":
            return fields[9]
    return ""


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


def _holds(worker: Any, inode: str) -> bool:
    process = getattr(worker, "_proc", None)
    if process is None:
        return False
    try:
        opened = [os.readlink(entry) for entry in Path(f"/proc/{process.pid}/fd").iterdir()]
    except OSError:
        return False
    return f"socket:[{inode}]" in opened
