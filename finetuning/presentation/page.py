"""One page: a file that asks for nothing and runs no script, and whose Content-Security-Policy forbids both."""

from base64 import b64encode
from hashlib import sha256
from pathlib import Path

from finetuning.presentation.markup import Safe, element

_STYLE = Path(__file__).with_name("page.css").read_text(encoding="utf-8")


def page(title: str, style: str, *body: str) -> str:
    """Return an HTML page, to be written as UTF-8.

    Args:
        title: of the page.
        style: what the page's style sheet has besides the common one, which comes first.
        body: texts, which are escaped, and elements.
    """
    content = element("html", _head(title, _STYLE + style), element("body", *body), lang="en")
    return f"<!DOCTYPE html>\n{content}\n"


def _head(title: str, style: str) -> Safe:
    digest = b64encode(sha256(style.encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    return element(
        "head",
        element("meta", charset="utf-8"),
        element("meta", http_equiv="Content-Security-Policy", content=policy),
        element("meta", name="viewport", content="width=device-width, initial-scale=1"),
        element("meta", name="color-scheme", content="light dark"),
        element("meta", name="referrer", content="no-referrer"),
        element("title", title),
        element("style", Safe(style)),
    )
