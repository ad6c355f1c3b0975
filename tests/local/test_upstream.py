"""A MiniStack that has changed under the patches is refused with a message that says so."""

from types import ModuleType

import pytest

from local.patches import upstream


@pytest.fixture
def module() -> ModuleType:
    """A module with one private function."""
    made = ModuleType("ministack.made_up")

    def _private(first: int, second: int = 0) -> int:
        return first + second

    made._private = _private  # type: ignore[attr-defined]  # a module made up for the test
    return made


def test_expected_function_is_replaced(module: ModuleType) -> None:
    """With the expected parameters the wrapper takes its place."""
    upstream.replace(module, "_private", ("first", "second"), lambda original: lambda first: original(first) * 10)
    assert module._private(3) == 30


def test_function_that_is_gone_is_refused(module: ModuleType) -> None:
    """The message names what is missing and for which version the patches are."""
    with pytest.raises(upstream.UpstreamChangedError, match=r"made_up\._other is gone; .*1\.5\.33"):
        upstream.function(module, "_other", ("first",))


def test_function_with_other_parameters_is_refused(module: ModuleType) -> None:
    """The message shows both signatures."""
    with pytest.raises(upstream.UpstreamChangedError, match=r"takes \(first, second\), expected \(first\)"):
        upstream.function(module, "_private", ("first",))


def test_missing_table_entry_is_refused() -> None:
    """A handler that is no longer registered is noticed."""
    with pytest.raises(upstream.UpstreamChangedError, match="no 'AWS::S3::Bucket'"):
        upstream.entry({}, "AWS::S3::Bucket", "_RESOURCE_HANDLERS")


def test_other_version_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """Patches apply to the pinned version only."""
    monkeypatch.setattr(upstream, "MINISTACK_VERSION", "0.0.0")
    with pytest.raises(upstream.UpstreamChangedError, match=r"ministack 1\.5\.33 is installed"):
        upstream.require_version()
