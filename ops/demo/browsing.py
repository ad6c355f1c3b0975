"""A page is opened in a browser only where somebody sits before a screen."""

import sys
import webbrowser
from collections.abc import Mapping
from pathlib import Path

#: What says that there is a screen, or which browser is meant.
_SCREENS = ("DISPLAY", "WAYLAND_DISPLAY", "BROWSER")


def may_open(environment: Mapping[str, str], *, is_terminal: bool, platform: str = sys.platform) -> bool:
    """Whether to open a browser: never in CI, nor where the output goes elsewhere than to a terminal.

    Args:
        environment: of the process; `CI` is what CI services set.
        is_terminal: whether the output goes to a terminal.
        platform: `sys.platform`; on macOS a screen needs no variable.
    """
    if not is_terminal or environment.get("CI"):
        return False
    return platform == "darwin" or any(environment.get(name) for name in _SCREENS)


def browse(page: Path) -> bool:
    """Open a page; returns whether a browser took it."""
    return webbrowser.open(page.resolve().as_uri())
