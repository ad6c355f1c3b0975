"""Values of a service model's shapes, read from JSON and query strings and written to JSON."""

import base64
import binascii
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from botocore.model import ListShape, MapShape, Shape, StructureShape
from botocore.utils import parse_timestamp

from local.bedrock.protocol.faults import Fault

_Reader = Callable[[Any, Any, str], Any]


def read(value: Any, shape: Any, path: str) -> Any:
    """The value a shape describes, from its JSON form (or from text, where it came in the URL or a header).

    Raises:
        Fault: `ValidationException`, where the JSON has another type. (AWS answers `SerializationException`, which
            the service model does not declare.)
    """
    if getattr(shape, "is_document_type", False):
        return value
    reader: _Reader = _READERS.get(shape.type_name, _read_string)
    try:
        return reader(value, shape, path)
    except (ValueError, TypeError, binascii.Error) as error:
        raise Fault(
            "ValidationException",
            f"1 validation error detected: Value '{value}' at '{path}' failed to satisfy constraint: "
            f"Member must be a {shape.type_name}",
        ) from error


def write(value: Any, shape: Shape) -> Any:
    """The JSON form of a value; members that are None are left out."""
    if getattr(shape, "is_document_type", False):
        return value
    if isinstance(shape, StructureShape):
        return {
            wire_name(name, member): write(value[name], member)
            for name, member in shape.members.items()
            if value.get(name) is not None and member.serialization.get("location") is None
        }
    if isinstance(shape, ListShape):
        return [write(item, shape.member) for item in value]
    if isinstance(shape, MapShape):
        return {key: write(item, shape.value) for key, item in value.items()}
    if shape.type_name == "timestamp":
        return write_timestamp(value, shape.serialization.get("timestampFormat", "unixTimestamp"))
    if shape.type_name == "blob":
        return base64.b64encode(value).decode()
    return value


def write_timestamp(moment: datetime, form: str) -> str | float:
    """A moment in one of rest-json's timestamp formats."""
    if form == "iso8601":
        return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    return round(moment.timestamp(), 3)


def wire_name(name: str, shape: Shape) -> str:
    """The name a member has on the wire."""
    wire: str = shape.serialization.get("name", name)
    return wire


def _read_structure(value: Any, shape: Any, path: str) -> dict[str, Any]:
    _require(value, Mapping)
    found = {}
    for name, member in shape.members.items():
        item = value.get(wire_name(name, member))
        if item is not None:
            found[name] = read(item, member, _member_path(path, name))
    return found


def _read_list(value: Any, shape: Any, path: str) -> list[Any]:
    _require(value, list)
    return [read(item, shape.member, f"{path}.{number}.member") for number, item in enumerate(value, start=1)]


def _read_map(value: Any, shape: Any, path: str) -> dict[str, Any]:
    _require(value, Mapping)
    return {key: read(item, shape.value, f"{path}.{key}.member") for key, item in value.items()}


def _read_integer(value: Any, _shape: Any, _path: str) -> int:
    if isinstance(value, bool) or (isinstance(value, float) and not value.is_integer()):
        raise TypeError(value)
    return int(value)


def _read_float(value: Any, _shape: Any, _path: str) -> float:
    if isinstance(value, bool):
        raise TypeError(value)
    return float(value)


def _read_boolean(value: Any, _shape: Any, _path: str) -> bool:
    if value in (True, "true"):
        return True
    if value in (False, "false"):
        return False
    raise TypeError(value)


def _read_timestamp(value: Any, _shape: Any, _path: str) -> datetime:
    moment: datetime = parse_timestamp(value)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _read_blob(value: Any, _shape: Any, _path: str) -> bytes:
    return value if isinstance(value, bytes) else base64.b64decode(value, validate=True)


def _read_string(value: Any, _shape: Any, _path: str) -> str:
    _require(value, str)
    return str(value)


def _require(value: Any, kind: type) -> None:
    if not isinstance(value, kind):
        raise TypeError(value)


def _member_path(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name


_READERS: dict[str, _Reader] = {
    "structure": _read_structure,
    "list": _read_list,
    "map": _read_map,
    "integer": _read_integer,
    "long": _read_integer,
    "float": _read_float,
    "double": _read_float,
    "boolean": _read_boolean,
    "timestamp": _read_timestamp,
    "blob": _read_blob,
}
