"""Command line of the embedded AWS: `python -m local start | stop | status | environment | faults`."""

import argparse
import dataclasses
import json
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from local import environment, instance, lifetime
from local.faults.client import FaultsClient
from local.faults.rules import FaultsError
from local.settings import HOST, Settings, SettingsError


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit status."""
    options = _parser().parse_args(arguments)
    try:
        settings = Settings.from_environment(os.environ)
        if options.command == "start" and options.port is not None:
            settings = settings.on_port(options.port)
        with _state_folder(settings.state_folder):
            return _COMMANDS[options.command](settings, options)
    except (SettingsError, lifetime.LifetimeError, FaultsError) as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("interrupted" + ("; nothing is left running" if options.command == "start" else ""), file=sys.stderr)
        return 130


@contextmanager
def _state_folder(folder: Path) -> Iterator[None]:
    """Tell what the system says about the state folder; any other error keeps its traceback."""
    try:
        yield
    except OSError as error:
        file = Path(error.filename or "")
        if folder not in (file, *file.parents):
            raise
        fix = "choose another folder with LOCAL_AWS_STATE_FOLDER"
        raise lifetime.LifetimeError(f"cannot write {file}: {error.strerror}; {fix}") from error


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m local", description="The embedded AWS, on loopback only.")
    commands = parser.add_subparsers(
        dest="command", required=True, metavar="start | stop | status | environment | faults"
    )
    start = commands.add_parser("start", help="start it and wait until it answers")
    start.add_argument("--port", help="port on 127.0.0.1 (default: LOCAL_AWS_PORT or 14566)")
    start.add_argument("--foreground", action="store_true", help="stay attached; Ctrl-C ends it")
    commands.add_parser("stop", help="end it, with all it holds")
    commands.add_parser("status", help="say whether it runs; exit status 3 when it does not")
    commands.add_parser("environment", help='print shell settings: eval "$(python -m local environment)"')
    faults = commands.add_parser("faults", help="faults on purpose; see docs/fidelity.md")
    faults.add_argument("action", choices=["add", "list", "clear"])
    faults.add_argument("document", nargs="?", help="with add: JSON, or the path of a JSON file")
    return parser


def _start(settings: Settings, options: argparse.Namespace) -> int:
    if options.foreground:
        print(f"Embedded AWS on {settings.endpoint_url}, account 000000000000; Ctrl-C ends it.", flush=True)
        lifetime.become(settings)
    running = lifetime.start(settings)
    print(
        f"Embedded AWS is running on {settings.endpoint_url} (process {running.pid}).\n"
        f"  account 000000000000, region {settings.region}; one second here is {settings.clock_speed:g} s of Bedrock;\n"
        f"  base models as of {settings.today}\n"
        f"  log    {lifetime.log_file(settings)}\n"
        f"  use    . {settings.state_folder / 'environment.sh'}\n"
        f"  stop   python -m local stop"
    )
    return 0


def _stop(settings: Settings, options: argparse.Namespace) -> int:
    ended = lifetime.stop(settings.state_folder)
    print("Embedded AWS is not running." if ended is None else f"Embedded AWS ended (process {ended.pid}).")
    return 0


def _status(settings: Settings, options: argparse.Namespace) -> int:
    running = instance.find(settings.state_folder)
    if running is None:
        print("Embedded AWS is not running; start it with: python -m local start")
        return 3
    state = "is running" if lifetime.answers(running.port) else "does not answer"
    print(f"Embedded AWS {state} on http://{HOST}:{running.port} (process {running.pid}).")
    return 0 if state == "is running" else 4


def _environment(settings: Settings, options: argparse.Namespace) -> int:
    running = instance.find(settings.state_folder)
    port = settings.port if running is None else running.port
    print(environment.script(dataclasses.replace(settings, port=port)), end="")
    return 0


def _faults(settings: Settings, options: argparse.Namespace) -> int:
    running = instance.find(settings.state_folder)
    if running is None:
        raise lifetime.LifetimeError("Embedded AWS is not running; start it with: python -m local start")
    client = FaultsClient(f"http://{HOST}:{running.port}")
    if (options.action == "add") != bool(options.document):
        raise FaultsError("a document goes with `add` and only with it")
    if options.action == "add":
        plan = Settings.from_environment({"LOCAL_AWS_FAULTS": options.document}).fault_plan.document()
        client.add(*plan["rules"], **plan["quotas"])
    elif options.action == "clear":
        client.clear()
    print(json.dumps(client.shown(), indent=2))
    return 0


_COMMANDS = {
    "start": _start,
    "stop": _stop,
    "status": _status,
    "environment": _environment,
    "faults": _faults,
}

if __name__ == "__main__":
    sys.exit(main())
