"""The server process: MiniStack with this package's patches and Bedrock in it, on loopback only."""

import asyncio
import logging
import os
import shutil
import signal
import sys
from pathlib import Path
from typing import Any

from local import environment, instance
from local.settings import ACCOUNT, HOST, QUOTA_NAMES, Settings

_KEPT_VARIABLES = ("LANG", "LC_ALL", "LC_CTYPE")


def process_environment(settings: Settings) -> dict[str, str]:
    """The whole environment of the server process, and so of every Lambda function it runs.

    MiniStack hands its own environment to Lambda subprocesses. Nothing of the user's is passed on but the language:
    no token, no profile, no home folder that could hold credentials.
    """
    scratch = settings.state_folder / "tmp"
    return {
        **{name: os.environ[name] for name in _KEPT_VARIABLES if name in os.environ},
        **settings.to_environment(),
        **{name: text for name, text in environment.variables(settings).items() if name.startswith("AWS_")},
        **_ministack_environment(settings),
        "PATH": os.pathsep.join([str(Path(sys.prefix) / "bin"), "/usr/local/bin", "/usr/bin", "/bin"]),
        "TMPDIR": str(scratch),
        "TZ": "UTC",
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "PYTHONUNBUFFERED": "1",
    }


def _ministack_environment(settings: Settings) -> dict[str, str]:
    """MiniStack reads these when it is imported."""
    return {
        "GATEWAY_PORT": str(settings.port),
        "BIND_HOST": HOST,
        "MINISTACK_HOST": HOST,
        "MINISTACK_ACCOUNT_ID": ACCOUNT,
        "MINISTACK_REGION": settings.region,
        # SigV4 and IAM policies are enforced.
        "AUTH": "true",
        "MINISTACK_AUTOCREATE_AWS_MANAGED": "1",
        "IOT_MTLS_ENABLED": "0",
        "SFTP_ENABLED": "0",
        "LAMBDA_EXECUTOR": "local",
        # No container is ever started: spares the search for a Docker daemon.
        "DOCKER_HOST": f"unix://{settings.state_folder / 'tmp' / 'no-docker.sock'}",
        "SFN_WAIT_SCALE": repr(1 / settings.clock_speed),
        "LOG_LEVEL": settings.log_level,
    }


def main() -> int:
    """Serve until SIGTERM or SIGINT; returns the exit status."""
    settings = Settings.from_environment(os.environ)
    try:
        with instance.hold(settings.state_folder, settings.port):
            return _serve_in_clean_folder(settings)
    except instance.AlreadyRunningError as error:
        print(error, file=sys.stderr)
        return 1


def _serve_in_clean_folder(settings: Settings) -> int:
    scratch = settings.state_folder / "tmp"
    shutil.rmtree(scratch, ignore_errors=True)
    scratch.mkdir(parents=True)
    os.environ.update(process_environment(settings))
    (settings.state_folder / "environment.sh").write_text(environment.script(settings))
    try:
        asyncio.run(_serve(settings))
    except OSError as error:
        print(f"cannot serve on {settings.endpoint_url}: {error.strerror or error}", file=sys.stderr)
        return 1
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    return 0


async def _serve(settings: Settings) -> None:
    # Imported here: MiniStack reads its environment on import.
    from hypercorn.asyncio import serve
    from hypercorn.config import Config
    from ministack import app
    from ministack.core import lambda_runtime

    from local import bedrock, patches, service_quotas
    from local.faults import installation
    from local.faults.faults import Faults
    from local.faults.requests import FaultyRequests

    faults = Faults(settings.fault_plan, QUOTA_NAMES)
    patches.apply(settings)
    bedrock.install(app, settings, faults)
    service_quotas.install(app, settings, faults)
    installation.install(faults)
    logging.getLogger("hypercorn.access").setLevel(logging.WARNING)
    config = Config()
    config.bind = [f"{HOST}:{settings.port}"]
    config.keep_alive_timeout = 75
    config.graceful_timeout = 1
    config.shutdown_timeout = 2
    ended = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, ended.set)

    async def until_ended() -> None:
        await ended.wait()
        # Ends every Lambda subprocess, also those in the middle of an invocation.
        lambda_runtime.reset()

    faulty: Any = FaultyRequests(app.app, faults)
    await serve(faulty, config, shutdown_trigger=until_ended)


if __name__ == "__main__":
    sys.exit(main())
