"""Expected errors are one message and an exit code; nothing of them reaches stdout."""

import http.server
import os
import subprocess
import sys
import threading
from collections.abc import Iterator

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError, NoCredentialsError, ParamValidationError
from botocore.parsers import ResponseParserError

from finetuning.errors import FineTuningError
from ops import errors
from ops.__main__ import main
from ops.project import ROOT

LOOPBACK = "http://127.0.0.1:1"


def refused(code: str, message: str = "no") -> ClientError:
    """An answer of AWS; without a code in it, botocore takes the HTTP status, as for a HEAD."""
    return ClientError({"Error": {"Code": code, "Message": message}}, "GetParameter")


@pytest.fixture
def page(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The URL of something that is not AWS and answers with pages; it stands where AWS is looked for."""
    with http.server.HTTPServer(("127.0.0.1", 0), http.server.BaseHTTPRequestHandler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        url = f"http://127.0.0.1:{server.server_port}"
        monkeypatch.setenv("AWS_ENDPOINT_URL", url)
        monkeypatch.setenv("AWS_ACCESS_KEY_ID", "000000000000")
        monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
        yield url
        server.shutdown()


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (errors.OperatorError("x"), 1),
        (FineTuningError("x"), 1),
        (errors.UsageError("x"), 2),
        (errors.UnreachableError("x"), 3),
        (EndpointConnectionError(endpoint_url=LOOPBACK), 3),
        (NoCredentialsError(), 3),
        (ParamValidationError(report="x"), 1),
        (refused("ExpiredTokenException"), 3),
        (refused("AccessDeniedException"), 1),
        (ResponseParserError("no XML"), 3),
        (refused("501", "<!DOCTYPE HTML>\n<title>No</title>"), 3),
        (refused("404", "Not Found"), 1),
    ],
)
def test_each_kind_of_error_has_its_exit_code(error: Exception, code: int) -> None:
    """1 is about the thing, 2 about the command, 3 about the way to AWS."""
    assert errors.told(error, None)[1] == code


def test_refusal_names_operation_code_and_message() -> None:
    """What AWS said, and to which call."""
    assert (
        errors.told(refused("AccessDeniedException"), None)[0] == "AWS refused GetParameter: AccessDeniedException: no"
    )


def test_silent_embedded_aws_says_how_to_start_it() -> None:
    """On loopback the way out is another than on a real account."""
    error = EndpointConnectionError(endpoint_url=LOOPBACK)
    assert "python -m local start" in errors.told(error, LOOPBACK)[0]
    assert "aws sts get-caller-identity" in errors.told(error, None)[0]


def test_reader_that_has_seen_enough_is_no_failure() -> None:
    """`python -m ops models | head -1`: a pipeline with `pipefail` goes on."""
    reading, writing = os.pipe()
    os.close(reading)
    command = [sys.executable, "-m", "ops", "models"]
    done = subprocess.run(command, stdout=writing, stderr=subprocess.PIPE, cwd=ROOT, check=False)
    os.close(writing)
    assert (done.returncode, done.stderr) == (0, b"")


def test_command_without_environment_is_wrong_usage(capsys: pytest.CaptureFixture[str]) -> None:
    """The message goes to stderr, so that a pipe for JSON stays empty."""
    assert main(["status", "--json"]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err == (
        "error: no environment chosen; pass --env with one of local, dev, staging, prod, "
        "or point this shell to the embedded AWS: . .local/environment.sh\n"
    )


@pytest.mark.parametrize(
    "arguments",
    [["status", "--watch", "--json"], ["logs", "--follow", "--json"], ["logs", "--since", "x"], ["ask", " "], ["ask"]],
)
def test_options_that_make_no_sense_are_wrong_usage(arguments: list[str]) -> None:
    """They are refused before AWS is asked."""
    assert main(arguments) == 2


@pytest.mark.parametrize("command", ["plan", "preflight", "status"])
@pytest.mark.parametrize(
    ("words", "message"),
    [
        ([], "no environment chosen; pass --env with one of local, dev, staging, prod, "),
        (["--env", "dve"], "--env: unknown environment 'dve'; known: local, dev, staging, prod; did you mean 'dev'?"),
    ],
)
def test_wrong_environment_is_wrong_usage_everywhere(
    command: str, words: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Also where exit code 1 means that a deployment would be refused."""
    assert main([command, *words]) == 2
    assert capsys.readouterr().err.startswith(f"error: {message}")


@pytest.mark.parametrize("command", ["plan", "preflight"])
def test_wrong_model_is_wrong_usage_before_the_configuration_is_judged(
    command: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Placeholders of the environment are another matter."""
    assert main([command, "--env", "dev", "--model", "fak"]) == 2
    assert capsys.readouterr().err == "error: --model: unknown model 'fak'; known: faq; did you mean 'faq'?\n"


def test_unreachable_endpoint_exits_with_3(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """Nothing answers on this port."""
    monkeypatch.setenv("AWS_ENDPOINT_URL", LOOPBACK)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "000000000000")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    assert main(["status"]) == 3
    assert "cannot reach AWS" in capsys.readouterr().err


def test_page_in_the_place_of_aws_exits_with_3(page: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Another service on the port, or the page of a proxy: said as such, and nothing of the page is shown."""
    assert main(["status"]) == 3
    error = capsys.readouterr().err
    assert f"error: cannot reach AWS: {page} answers, but not like AWS (the page of a proxy, " in error
    assert "python -m local start" in error
    assert "DOCTYPE" not in error


def test_help_names_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    """The list of commands is the way in."""
    assert main(["--help"]) == 0
    text = capsys.readouterr().out
    for command in ("init", "status", "logs", "ask", "retry", "leftovers", "demo", "data"):
        assert command in text
