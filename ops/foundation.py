"""What the Foundation stack made, in contrast to what was given to it. Pure."""

from collections.abc import Mapping

#: Begins the output of what the stack made and exports; what was given to it, it does not export.
_EXPORTED = "ExportsOutput"


def made(outputs: Mapping[str, str], name: str) -> str:
    """Return an output of the stack if it made what is named there, else ""."""
    exported = {value for key, value in outputs.items() if key.startswith(_EXPORTED)}
    return outputs[name] if outputs.get(name) in exported else ""
