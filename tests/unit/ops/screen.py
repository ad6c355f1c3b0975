"""What a renderable looks like on a terminal without colours."""

import io

from rich.console import Console, RenderableType


def shown(renderable: RenderableType, width: int = 120) -> str:
    """The text, without trailing blanks."""
    out = io.StringIO()
    Console(file=out, width=width, highlight=False).print(renderable)
    return "\n".join(line.rstrip() for line in out.getvalue().splitlines())
