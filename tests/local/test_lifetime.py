"""Starting, finding and ending the server."""

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from local import instance
from local.settings import PROJECT_FOLDER, Settings
from tests.local.account import Account, eventually


class Commands:
    """`python -m local` with settings of its own."""

    def __init__(self, settings: Settings) -> None:
        """Keep the settings."""
        self.settings = settings

    def environment(self) -> Mapping[str, str]:
        """The caller's environment: with a secret in it."""
        return {**os.environ, **self.settings.to_environment(), "DEPLOY_TOKEN": "do-not-leak", "HOME": "/root"}

    def run(self, *arguments: str) -> "subprocess.CompletedProcess[str]":
        """Run one command to its end."""
        command = [sys.executable, "-m", "local", *arguments]
        return subprocess.run(
            command, cwd=PROJECT_FOLDER, env=self.environment(), capture_output=True, text=True, timeout=60, check=False
        )


def free_port() -> int:
    """A port nobody uses now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def local(tmp_path: Path) -> Iterator[Commands]:
    """Commands on a state folder and a port of this test's own; whatever runs is ended."""
    commands = Commands(Settings(port=free_port(), state_folder=tmp_path / ".local"))
    yield commands
    commands.run("stop")


def children(pid: int) -> list[int]:
    """Process ids of the children of a process."""
    text = Path(f"/proc/{pid}/task/{pid}/children").read_text() if Path(f"/proc/{pid}").exists() else ""
    of_threads = (
        [Path(task, "children").read_text() for task in Path(f"/proc/{pid}/task").glob("*")] if text == "" else []
    )
    return [int(number) for line in [text, *of_threads] for number in line.split()]


def is_alive(pid: int) -> bool:
    """Whether a process runs (a zombie does not)."""
    with contextlib.suppress(FileNotFoundError):
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    return False


def test_started_server_is_found_and_stopped(local: Commands) -> None:
    """Start waits until the server answers; status finds it; stop ends it."""
    started = local.run("start")
    assert started.returncode == 0, started.stderr
    assert local.settings.endpoint_url in started.stdout
    assert str(local.settings.state_folder / "server.log") in started.stdout
    assert local.run("status").returncode == 0
    assert "ended" in local.run("stop").stdout
    status = local.run("status")
    assert (status.returncode, "not running" in status.stdout) == (3, True)
    with socket.socket() as probe:
        assert probe.connect_ex(("127.0.0.1", local.settings.port)) != 0


@pytest.mark.parametrize("words", [["start"], ["start", "--foreground"], ["stop"], ["status"], ["environment"]])
def test_state_folder_that_cannot_be_written_is_told(tmp_path: Path, words: list[str]) -> None:
    """In one message with the way out; here a file stands where the folder would be."""
    (tmp_path / "file").touch()
    done = Commands(Settings(port=free_port(), state_folder=tmp_path / "file" / "state")).run(*words)
    assert done.returncode == 1
    assert done.stderr == (
        f"cannot write {tmp_path}/file/state/server.lock: Not a directory; "
        "choose another folder with LOCAL_AWS_STATE_FOLDER\n"
    )


def test_second_start_says_that_it_already_runs(local: Commands) -> None:
    """The message names the endpoint, and the first server stays."""
    local.run("start")
    second = local.run("start")
    assert second.returncode == 1
    assert "already running" in second.stderr
    assert local.settings.endpoint_url in second.stderr
    assert local.run("status").returncode == 0


def test_start_on_a_used_port_names_it_and_the_way_out(local: Commands) -> None:
    """Another program on the port is not disturbed; nothing is left running."""
    with socket.socket() as other:
        other.bind(("127.0.0.1", local.settings.port))
        other.listen()
        started = local.run("start")
    assert started.returncode == 1
    assert f"port {local.settings.port}" in started.stderr
    assert "--port" in started.stderr
    assert not instance.is_held(local.settings.state_folder)


def test_start_on_the_port_of_another_folders_server_says_so(local: Commands, tmp_path: Path) -> None:
    """Two clones cannot share a port, and the message tells what is there."""
    local.run("start")
    other = Commands(Settings(port=local.settings.port, state_folder=tmp_path / "other"))
    assert "another embedded AWS" in other.run("start").stderr


def test_stop_without_server_succeeds(local: Commands) -> None:
    """Nothing to end is not an error."""
    assert local.run("stop").returncode == 0


def test_record_of_a_killed_server_is_nobodys(local: Commands) -> None:
    """After kill -9 neither status nor start is misled, even if the process id belongs to someone else."""
    local.run("start")
    killed = instance.find(local.settings.state_folder)
    assert killed is not None
    os.kill(killed.pid, signal.SIGKILL)
    eventually(lambda: not instance.is_held(local.settings.state_folder))
    record = local.settings.state_folder / "server.json"
    record.write_text(json.dumps({"pid": os.getpid(), "port": killed.port}))
    assert local.run("status").returncode == 3
    assert "not running" in local.run("stop").stdout
    assert local.run("start").returncode == 0


def test_stop_ends_functions_in_the_middle_of_their_work(local: Commands) -> None:
    """No Lambda subprocess survives the server."""
    local.run("start")
    account = Account(local.settings.endpoint_url, local.settings.region)
    account.function("sleeper", "import time\ndef handler(event, context):\n    time.sleep(300)\n", timeout=300)
    account.client("lambda").invoke(FunctionName="sleeper", InvocationType="Event")
    running = instance.find(local.settings.state_folder)
    assert running is not None
    workers = eventually(lambda: children(running.pid))
    assert local.run("stop").returncode == 0
    assert eventually(lambda: not any(is_alive(worker) for worker in workers))
    assert not (local.settings.state_folder / "tmp").exists()


def test_interrupt_ends_a_foreground_server_cleanly(local: Commands) -> None:
    """Ctrl-C: exit status 0, no traceback, lock released."""
    command = [sys.executable, "-m", "local", "start", "--foreground"]
    process = subprocess.Popen(
        command,
        cwd=PROJECT_FOLDER,
        env=local.environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    eventually(lambda: local.run("status").returncode == 0)
    process.send_signal(signal.SIGINT)
    output, _ = process.communicate(timeout=20)
    assert process.returncode == 0, output
    assert "Traceback" not in output
    assert not instance.is_held(local.settings.state_folder)


def test_server_listens_on_loopback_only(local: Commands) -> None:
    """Every listening socket of the server is 127.0.0.1."""
    local.run("start")
    running = instance.find(local.settings.state_folder)
    assert running is not None
    listening = {line.split()[3] for line in listening_lines(running.pid)}
    assert listening == {f"127.0.0.1:{local.settings.port}"}


def listening_lines(pid: int) -> list[str]:
    """Listening TCP sockets of a process, in the columns of `ss -ltn`."""
    inodes = set()
    for descriptor in Path(f"/proc/{pid}/fd").iterdir():
        with contextlib.suppress(FileNotFoundError):
            inodes.add(os.readlink(descriptor))
    lines = []
    for table in ("tcp", "tcp6"):
        for row in Path(f"/proc/net/{table}").read_text().splitlines()[1:]:
            columns = row.split()
            if columns[3] == "0A" and f"socket:[{columns[9]}]" in inodes:
                address, port = columns[1].split(":")
                shown = ".".join(str(byte) for byte in reversed(bytes.fromhex(address))) if table == "tcp" else address
                lines.append(f"LISTEN 0 0 {shown}:{int(port, 16)}")
    return lines


def test_functions_see_nothing_of_the_users_environment(local: Commands) -> None:
    """Neither secrets nor the home folder of whoever starts the server reach a Lambda function."""
    local.run("start")
    account = Account(local.settings.endpoint_url, local.settings.region)
    account.function("environ", "import os\ndef handler(event, context):\n    return dict(os.environ)\n")
    answer = account.client("lambda").invoke(FunctionName="environ")["Payload"].read()
    environment = json.loads(answer)
    assert "do-not-leak" not in answer.decode()
    assert "HOME" not in environment
    assert environment["AWS_SECRET_ACCESS_KEY"] != "test"
    assert environment["AWS_REGION"] == local.settings.region


def test_environment_script_points_a_shell_at_the_server(local: Commands) -> None:
    """Sourced in a POSIX shell it exports the endpoint and drops the profile."""
    local.run("start")
    script = local.settings.state_folder / "environment.sh"
    show = 'echo "$AWS_ENDPOINT_URL|${AWS_PROFILE-unset}|$AWS_ACCESS_KEY_ID|$AWS_REGION|$PATH"'
    shell = subprocess.run(
        ["sh", "-euc", f". {script}; . {script}; {show}"],
        env={"PATH": os.environ["PATH"], "AWS_PROFILE": "mine"},
        capture_output=True,
        text=True,
        check=True,
    )
    endpoint, profile, key, region, path = shell.stdout.strip().split("|")
    assert (endpoint, profile, key, region) == (local.settings.endpoint_url, "unset", "000000000000", "us-west-2")
    assert path.split(os.pathsep)[0] == str(Path(sys.prefix) / "bin")
    assert path.count(f"{sys.prefix}/bin") == 1
    assert local.run("environment").stdout == script.read_text()


def test_unusable_settings_are_all_named(local: Commands) -> None:
    """Every wrong variable is named with what is allowed."""
    wrong = {**local.environment(), "LOCAL_AWS_PORT": "80", "LOCAL_AWS_CLOCK_SPEED": "slow", "LOCAL_AWS_TYPO": "1"}
    command = [sys.executable, "-m", "local", "start"]
    refused = subprocess.run(command, cwd=PROJECT_FOLDER, env=wrong, capture_output=True, text=True, check=False)
    assert refused.returncode == 1
    for expected in ("LOCAL_AWS_PORT: must be a whole number from 1024", "LOCAL_AWS_CLOCK_SPEED", "LOCAL_AWS_TYPO"):
        assert expected in refused.stderr
