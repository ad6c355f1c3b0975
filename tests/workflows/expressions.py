"""GitHub's expressions, as far as the workflows here use them; everything else is refused loudly.

Source: GitHub Docs, "Evaluate expressions in workflows and actions".
"""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

_TOKEN = re.compile(
    r"\s*(?:(?P<text>'(?:[^']|'')*')|(?P<number>-?\d+(?:\.\d+)?)|(?P<operator>==|!=|&&|\|\||[!().,\[\]])"
    r"|(?P<word>[A-Za-z_][\w-]*))"
)
_INTERPOLATION = re.compile(r"\$\{\{((?:(?!\}\}).)*)\}\}", re.DOTALL)
_CONSTANTS: Mapping[str, Any] = {"true": True, "false": False, "null": None}
#: An `if` without one of these runs only after success.
STATUS_FUNCTIONS = frozenset({"success", "failure", "always", "cancelled"})


class ExpressionError(ValueError):
    """An expression is wrong, or uses something that is not known here."""


@dataclass(frozen=True)
class Scope:
    """What an expression can see.

    Attributes:
        contexts: by name, such as `github` and `steps`.
        functions: the status functions, which depend on what has run.
    """

    contexts: Mapping[str, Any]
    functions: Mapping[str, Callable[[], bool]]


def interpolate(value: Any, scope: Scope) -> Any:
    """Return a value of a workflow with its `${{ }}` replaced; one that is nothing else keeps its type."""
    if isinstance(value, dict):
        return {key: interpolate(item, scope) for key, item in value.items()}
    if isinstance(value, list):
        return [interpolate(item, scope) for item in value]
    if not isinstance(value, str):
        return value
    whole = _INTERPOLATION.fullmatch(value.strip())
    if whole:
        return evaluate(whole[1], scope)
    return _INTERPOLATION.sub(lambda match: as_text(evaluate(match[1], scope)), value)


def condition(text: str, scope: Scope) -> bool:
    """Return whether an `if` holds; without a status function it includes `success()`."""
    whole = _INTERPOLATION.fullmatch(text.strip())
    expression = whole[1] if whole else text
    words = set(re.findall(r"(\w+)\(", expression))
    holds = _is_true(evaluate(expression, scope))
    return holds if words & STATUS_FUNCTIONS else holds and scope.functions["success"]()


def evaluate(text: str, scope: Scope) -> Any:
    """Return the value of an expression.

    Raises:
        ExpressionError: it is wrong, or uses a context or function that is not known here.
    """
    parser = _Parser(list(_tokens(text)), scope, text)
    value = parser.either()
    if parser.peek():
        raise ExpressionError(f"{text!r}: {parser.peek()!r} is too much")
    return value


def as_text(value: Any) -> str:
    """A value inside a text."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    return value if isinstance(value, str) else json.dumps(value)


def _tokens(text: str) -> Iterator[str]:
    position, text = 0, text.rstrip()
    while position < len(text):
        match = _TOKEN.match(text, position)
        if match is None:
            raise ExpressionError(f"{text!r}: not understood from {text[position:]!r}")
        yield match[0].strip()
        position = match.end()


class _Parser:
    """Recursive descent; evaluates as it goes, and both sides of each operator."""

    def __init__(self, tokens: list[str], scope: Scope, text: str) -> None:
        self._tokens, self._scope, self._text = tokens, scope, text

    def peek(self) -> str:
        return self._tokens[0] if self._tokens else ""

    def either(self) -> Any:
        value = self._both()
        while self._skip("||"):
            other = self._both()
            value = value if _is_true(value) else other
        return value

    def _both(self) -> Any:
        value = self._compared()
        while self._skip("&&"):
            other = self._compared()
            value = other if _is_true(value) else value
        return value

    def _compared(self) -> Any:
        value = self._unary()
        while self.peek() in ("==", "!="):
            wanted = self._next() == "=="
            value = _equal(value, self._unary()) == wanted
        return value

    def _unary(self) -> Any:
        if self._skip("!"):
            return not _is_true(self._unary())
        if self._skip("("):
            value = self.either()
            self._expect(")")
            return value
        return self._value()

    def _value(self) -> Any:
        token = self._next()
        if token.startswith("'"):
            return token[1:-1].replace("''", "'")
        if token[:1].isdigit() or token[:1] == "-":
            return float(token)
        if token in _CONSTANTS:
            return _CONSTANTS[token]
        if self._skip("("):
            return self._call(token)
        if token not in self._scope.contexts:
            raise ExpressionError(f"{self._text!r}: context {token!r} is not known here")
        return self._member(self._scope.contexts[token])

    def _call(self, name: str) -> Any:
        if name in self._scope.functions:
            self._expect(")")
            return self._scope.functions[name]()
        if name == "fromJSON":
            argument = self.either()
            self._expect(")")
            return json.loads(as_text(argument))
        raise ExpressionError(f"{self._text!r}: function {name!r} is not known here")

    def _member(self, value: Any) -> Any:
        while self.peek() == ".":
            self._next()
            name = self._next()
            value = value.get(name) if isinstance(value, Mapping) else None
        return value

    def _skip(self, token: str) -> bool:
        if self.peek() != token:
            return False
        self._next()
        return True

    def _expect(self, token: str) -> None:
        if not self._skip(token):
            raise ExpressionError(f"{self._text!r}: {token!r} is missing before {self.peek()!r}")

    def _next(self) -> str:
        if not self._tokens:
            raise ExpressionError(f"{self._text!r}: ends too early")
        return self._tokens.pop(0)


def _is_true(value: Any) -> bool:
    return value not in (None, False, 0, "")


def _equal(one: Any, other: Any) -> bool:
    """As GitHub compares: texts without regard to case, what is of two types as numbers."""
    if isinstance(one, str) and isinstance(other, str):
        return one.lower() == other.lower()
    if type(one) is type(other):
        return bool(one == other)
    return _number(one) == _number(other)


def _number(value: Any) -> float:
    if value is None or value == "":
        return 0.0
    try:
        return float(value)
    except (TypeError, ValueError):
        return float("nan")
