"""`init` changes three values of cdk.json and nothing else, or says everything that is wrong."""

import errno
import json
import shutil
import tempfile
from pathlib import Path

import pytest

import configuration
from ops.__main__ import main
from ops.project import FILE
from tests.fakes import manifests


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """A copy of the project's cdk.json."""
    return Path(shutil.copy(FILE, tmp_path / "cdk.json"))


def init(
    config: Path, environment: str = "dev", account: str = "111122223333", region: str = "us-east-1", *prices: str
) -> int:
    """Run the command; returns its exit code."""
    words = ["init", "--env", environment, "--account", account, "--region", region, "--config", str(config)]
    return main([*words, *(word for price in prices for word in ("--training-price", price))])


def test_account_is_written_and_nothing_else_changes(config: Path) -> None:
    """The diff is one line, and delivery's once: order, indentation and line ends stay."""
    before = config.read_bytes()
    assert init(config) == 0
    changed = [
        pair for pair in zip(before.splitlines(), config.read_bytes().splitlines(), strict=True) if len({*pair}) > 1
    ]
    stripped = {(old.strip(), new.strip()) for old, new in changed}
    assert stripped == {(b'"account": "<account>",', b'"account": "111122223333",')}
    assert 1 <= len(changed) <= 2
    assert config.read_bytes().endswith(b"\n") is before.endswith(b"\n")


def test_only_the_named_environment_changes(config: Path) -> None:
    """Staging keeps its placeholder when dev is written."""
    init(config, "dev")
    environments = json.loads(config.read_text())["context"]["environments"]
    assert environments["dev"]["account"] == "111122223333"
    assert environments["staging"]["account"] == "<account>"


def test_delivery_is_the_first_account_s(config: Path) -> None:
    """Whoever has a placeholder there means the account that is told first."""
    document = json.loads(config.read_text(encoding="utf-8"))
    document["context"]["delivery"] = {"account": "<account>", "region": "us-east-1", "github": {"repository": "<r>"}}
    config.write_text(json.dumps(document), encoding="utf-8")
    for environment, account in (("dev", "111122223333"), ("staging", "444455556666")):
        assert init(config, environment, account) == 0
    written = json.loads(config.read_text(encoding="utf-8"))["context"]["delivery"]
    assert written == {"account": "111122223333", "region": "us-east-1", "github": {"repository": "<r>"}}


def test_delivery_follows_an_account_that_is_corrected(config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Where the wrong one was the environment's alone; else it stays, and that is said."""
    assert [init(config, "dev", account) for account in ("111122223333", "444455556666")] == [0, 0]
    assert json.loads(config.read_text(encoding="utf-8"))["context"]["delivery"]["account"] == "444455556666"
    assert "delivery.account" not in capsys.readouterr().out
    assert [init(config, "staging", "444455556666"), init(config, "dev", "777788889999")] == [0, 0]
    assert json.loads(config.read_text(encoding="utf-8"))["context"]["delivery"]["account"] == "444455556666"
    assert "delivery.account stays 444455556666; if that is wrong too, correct it" in capsys.readouterr().out


def test_price_is_written_in_the_same_go(config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """After it the environment can be synthesized."""
    assert init(config, "dev", "111122223333", "us-east-1", "0.002") == 0
    context = json.loads(config.read_text())["context"]
    dev = configuration.load(context | {"env": "dev"}, None).environment
    assert dev.prices["amazon.nova-lite-v1:0:300k"].training_usd_per_1k_tokens == 0.002
    assert "still to be written" not in capsys.readouterr().out


def test_price_that_is_still_missing_is_asked_for(config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The placeholder stays, and what to do is said."""
    assert init(config) == 0
    assert '"training_usd_per_1k_tokens": "<price>"' in config.read_text()
    assert (
        "the price of training of Nova Lite is still to be written, and nothing of unknown cost is bought:\n"
        "  read it on https://aws.amazon.com/bedrock/pricing/ (customization, us-east-1) and run\n"
        "  python -m ops init --env dev --account 111122223333 --region us-east-1 "
        "--training-price <US dollars for 1,000 tokens>\n"
    ) in capsys.readouterr().out


def test_price_is_replaced_by_a_later_one(config: Path) -> None:
    """Prices change, and another Region has others."""
    assert init(config, "dev", "111122223333", "us-east-1", "0.002") == 0
    assert init(config, "dev", "111122223333", "us-east-1", "nova-lite=0.25") == 0
    assert '"training_usd_per_1k_tokens": 0.25\n' in config.read_text()


@pytest.mark.parametrize(
    ("price", "expected"),
    [
        ("cheap", "--training-price: must be US dollars such as 0.0025, got 'cheap'; see https://aws.amazon.com/"),
        ("0", "--training-price: must be US dollars such as 0.0025, got '0'"),
        ("-1", "--training-price: must be US dollars such as 0.0025, got '-1'"),
        (
            "nova-pro=1",
            "--training-price: 'nova-pro=1' is for one base model of the environment's prices; they are: "
            "amazon.nova-lite-v1:0:300k; write <base model>=<price>",
        ),
    ],
)
def test_rejects_a_price_that_is_none(
    config: Path, capsys: pytest.CaptureFixture[str], price: str, expected: str
) -> None:
    """Zero neither: an unknown price is left out."""
    before = config.read_bytes()
    assert init(config, "dev", "111122223333", "us-east-1", price) == 2
    assert expected in capsys.readouterr().err
    assert config.read_bytes() == before


@pytest.mark.parametrize("again", ["0.2", "nova-lite=0.2"])
def test_rejects_two_prices_for_one_base_model(config: Path, capsys: pytest.CaptureFixture[str], again: str) -> None:
    """Nobody can know which one is meant."""
    before = config.read_bytes()
    assert init(config, "dev", "111122223333", "us-east-1", "0.1", again) == 2
    expected = "--training-price: given twice for amazon.nova-lite-v1:0:300k: 0.1 and 0.2; give one price"
    assert expected in capsys.readouterr().err
    assert config.read_bytes() == before


def test_target_of_a_promotion_is_asked_for_no_price(config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Nothing is trained there; what is next is the pin, and then the deployment."""
    assert init(config, "staging") == 0
    assert capsys.readouterr().out.endswith(
        "next, with credentials of that account:\n"
        "  cdk bootstrap aws://111122223333/us-east-1 -c env=staging\n"
        "  python -m ops promote --from dev --to staging --model faq --approved-by <who approved> "
        "--reference <URL of the pull request or ticket>\n"
        "  cdk deploy --all -c env=staging\n"
    )
    manifests.pin(config.parent / "environments", manifests.made(), "staging")
    assert init(config, "staging") == 0
    assert "promote" not in capsys.readouterr().out


def test_price_for_what_is_not_trained_is_refused(config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """With the reason."""
    assert init(config, "prod", "111122223333", "us-east-1", "0.002") == 2
    assert "leave it out: nothing is trained there" in capsys.readouterr().err


def test_odd_formatting_survives(tmp_path: Path) -> None:
    """Tabs, Windows line ends and keys on one line are the author's own."""
    config = tmp_path / "cdk.json"
    models = '{"faq":{"training":{"base_model":"amazon.nova-lite-v1:0:300k"},"endpoint":{"serving":"on_demand"}}}'
    text = (
        '{ "context" :\t{"environments":{"dev":\r\n{"models":%s ,"region" : "x", "account":"<\\u0061>"}}}, "app":"x"}'
    )
    config.write_bytes((text % models).encode())
    assert init(config) == 0
    expected = (text % models).replace('"<\\u0061>"', '"111122223333"').replace('"x", "a', '"us-east-1", "a')
    assert config.read_bytes() == expected.encode()


def test_second_run_changes_nothing(config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Writing the same again says so."""
    init(config)
    before = config.read_bytes()
    assert init(config) == 0
    assert config.read_bytes() == before
    assert "is already account 111122223333" in capsys.readouterr().out


def test_rejects_bad_values_all_at_once(config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Account and Region are judged together, and the file stays as it is."""
    before = config.read_bytes()
    assert init(config, account="1111", region="us_east_1") == 2
    error = capsys.readouterr().err
    assert "--account: must be 12 digits, got '1111'" in error
    assert "--region: must look like us-east-1, got 'us_east_1'" in error
    assert config.read_bytes() == before


def test_rejects_the_local_environment(config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The embedded AWS's account is pinned."""
    assert init(config, "local") == 2
    assert "local is the embedded AWS and stays as it is" in capsys.readouterr().err


def test_rejects_the_embedded_account(config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """No real account has twelve zeros."""
    assert init(config, account="0" * 12) == 2
    assert "no real account has it" in capsys.readouterr().err


def test_rejects_a_region_without_fine_tuning(config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Nova Lite is fine-tuned in us-east-1 only; the message says where and what else there is."""
    assert init(config, region="eu-central-1") == 2
    error = capsys.readouterr().err
    assert "(environments.dev.models.faq) can be fine-tuned in us-east-1, got 'eu-central-1'" in error
    assert error.endswith("; choose one of: us-east-1\n")


def test_rejects_an_unknown_environment(config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The closest name is suggested."""
    assert init(config, "stagin") == 2
    assert "did you mean 'staging'?" in capsys.readouterr().err


def test_folder_that_cannot_be_written_is_told(
    config: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """In one message with exit code 3, and the file stays as it is."""

    def refuse(**_: object) -> None:
        raise PermissionError(errno.EACCES, "Permission denied", str(config))

    monkeypatch.setattr(tempfile, "mkstemp", refuse)
    before = config.read_bytes()
    assert init(config) == 3
    assert capsys.readouterr().err == f"error: cannot write {config}: Permission denied\n"
    assert config.read_bytes() == before


def test_rejects_a_file_without_the_field(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What is missing is named by its path."""
    config = tmp_path / "cdk.json"
    config.write_text('{"context": {"environments": {"dev": {"region": "us-east-1"}}}}')
    assert init(config) == 2
    assert "context.environments.dev.account is missing" in capsys.readouterr().err
