"""Starting the server as a process of its own, and ending it."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

from local import instance
from local.server import process_environment
from local.settings import HOST, PROJECT_FOLDER, Settings

_START_SECONDS = 60.0
_STOP_SECONDS = 10.0
_POLL_SECONDS = 0.05


class LifetimeError(Exception):
    """The server cannot be started or stopped; the message says why and what to do."""


def log_file(settings: Settings) -> Path:
    """Where the server writes its log."""
    return settings.state_folder / "server.log"


def start(settings: Settings) -> instance.Instance:
    """Start a server in the background and wait until it answers.

    Raises:
        LifetimeError: One already runs for this state folder, the port is taken, or the server ended by itself.
    """
    _refuse_second_server(settings)
    settings.state_folder.mkdir(parents=True, exist_ok=True)
    with log_file(settings).open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "local.server"],
            cwd=PROJECT_FOLDER,
            env=process_environment(settings),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        _wait_until_answering(settings, process)
    except BaseException:
        _end_group(process.pid)
        process.wait()
        raise
    return instance.Instance(pid=process.pid, port=settings.port)


def become(settings: Settings) -> None:
    """Turn this process into the server (never returns), so that Ctrl-C reaches it and nothing else.

    Raises:
        LifetimeError: One already runs for this state folder, or the port is taken.
    """
    _refuse_second_server(settings)
    os.chdir(PROJECT_FOLDER)
    os.execve(sys.executable, [sys.executable, "-m", "local.server"], process_environment(settings))  # noqa: S606  # itself


def stop(state_folder: Path) -> instance.Instance | None:
    """End the server of `state_folder` and its Lambda subprocesses; returns it, or None when none ran.

    Raises:
        LifetimeError: It could not be ended.
    """
    running = instance.find(state_folder)
    if running is None:
        return None
    os.kill(running.pid, signal.SIGTERM)
    if not _released(state_folder, _STOP_SECONDS):
        _end_group(running.pid)
        if not _released(state_folder, _STOP_SECONDS):
            raise LifetimeError(f"the embedded AWS (process {running.pid}) does not end; end it with kill -9")
    # A killed server leaves its Lambda code folders behind.
    shutil.rmtree(state_folder / "tmp", ignore_errors=True)
    return running


def answers(port: int) -> bool:
    """Whether an embedded AWS (ours or another MiniStack) answers on this port of 127.0.0.1."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(f"http://{HOST}:{port}/_ministack/health", timeout=2) as reply:
            return "services" in json.load(reply)
    except (OSError, ValueError):
        return False


def _refuse_second_server(settings: Settings) -> None:
    running = instance.find(settings.state_folder)
    if running is not None:
        raise LifetimeError(
            f"the embedded AWS is already running on http://{HOST}:{running.port} (process {running.pid}); "
            "use it, or end it with: python -m local stop"
        )
    with socket.socket() as probe:
        # As the server binds: connections of a server that has just ended do not count.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, settings.port))
        except OSError:
            raise LifetimeError(_port_taken(settings.port)) from None


def _port_taken(port: int) -> str:
    owner = "another embedded AWS" if answers(port) else "another program"
    return (
        f"port {port} on {HOST} is used by {owner}; end that one, or choose another port with: "
        f"python -m local start --port {port + 1} (or LOCAL_AWS_PORT={port + 1})"
    )


def _wait_until_answering(settings: Settings, process: "subprocess.Popen[bytes]") -> None:
    deadline = time.monotonic() + _START_SECONDS
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise LifetimeError(f"the embedded AWS ended while it started:\n{_log_tail(settings)}")
        if answers(settings.port):
            return
        time.sleep(_POLL_SECONDS)
    raise LifetimeError(f"the embedded AWS did not answer within {_START_SECONDS:.0f} s; see {log_file(settings)}")


def _log_tail(settings: Settings) -> str:
    lines = log_file(settings).read_text(errors="replace").splitlines()
    return "\n".join(lines[-15:])


def _released(state_folder: Path, seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if not instance.is_held(state_folder):
            return True
        time.sleep(_POLL_SECONDS)
    return False


def _end_group(pid: int) -> None:
    """Kill the process and its Lambda subprocesses, provided the group is its own (not that of a foreground shell)."""
    try:
        if os.getpgid(pid) == pid:
            os.killpg(pid, signal.SIGKILL)
        else:
            os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return
