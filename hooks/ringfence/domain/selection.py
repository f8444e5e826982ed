"""Selecting nodes the way dbt users write it: `tag:critical path:models/marts`, space for or, comma for and."""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from ringfence.domain.errors import RingfenceError
from ringfence.domain.fact import known
from ringfence.domain.namedtuple import NamedTuple
from ringfence.domain.names import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ringfence.domain.node import Node

METHODS = ("access", "config", "fqn", "group", "name", "package", "path", "resource_type", "tag", "version")


class Criterion(NamedTuple):
    """One `method:value`; `key` is the part after the dot of `config.key:value`."""

    method: str
    key: str
    value: str


class Selection(NamedTuple):
    """Alternatives of criteria that must all hold. No alternatives: everything is selected."""

    alternatives: tuple[tuple[Criterion, ...], ...]

    def matches(self, node: Node) -> bool:
        """Return whether the node is selected. Raises Undecided where a value it needs is unknown."""
        if not self.alternatives:
            return True
        return any(all(_holds(criterion, node) for criterion in group) for group in self.alternatives)


def parse_selection(texts: str | Iterable[str], where: str = "") -> Selection:
    """Return the selection that these texts, joined by `or`, describe. Raises RingfenceError on an unknown method."""
    words = [word for text in ([texts] if isinstance(texts, str) else texts) for word in text.split()]
    alternatives = [tuple(_criterion(part, where) for part in word.split(",") if part) for word in words]
    if not all(alternatives):
        raise RingfenceError(
            "a selector holds a lone comma, which would select everything",
            where=where,
            do="write a comma between two criteria without a space: tag:a,path:models/marts",
        )
    return Selection(tuple(alternatives))


def _criterion(text: str, where: str) -> Criterion:
    if text.startswith(("+", "@")) or text.endswith("+") or text[:1].isdigit():
        raise RingfenceError(
            f"the selector {text} uses a graph operator, which is not understood here",
            where=where,
            do="select by tag:, path: or name:",
        )
    method, colon, value = text.partition(":")
    if not colon:
        return Criterion("path" if "/" in text else "fqn", "", text)
    method, _, key = method.partition(".")
    if method not in METHODS:
        raise RingfenceError(
            f"the selector {text} has an unknown method {method}{did_you_mean(method, METHODS)}",
            where=where,
            do=f"use one of {', '.join(METHODS)}",
        )
    if bool(key) != (method == "config") or not value:
        raise RingfenceError(
            f"the selector {text} is not complete", where=where, do="write method:value, or config.key:value"
        )
    if method == "version" and value in ("old", "prerelease"):
        raise RingfenceError(f"the selector {text} is not understood here", where=where, do="name the version itself")
    return Criterion(method, key, value)


def _holds(criterion: Criterion, node: Node) -> bool:
    method, key, value = criterion
    if method == "tag":
        return any(fnmatchcase(tag, value) for tag in known(node.tags))
    if method == "path":
        wanted = value.removeprefix("./").rstrip("/")
        return f"/{wanted}/" in f"/{node.path}" or fnmatchcase(f"/{node.path}", f"*/{wanted}")
    if method == "config":
        first, *inner = key.split(".")
        actual = known(node.config.get(first))
        for name in inner:
            actual = actual.get(name) if isinstance(actual, dict) else None
        many = isinstance(actual, list | tuple | frozenset | dict)
        return any(_text(part) == value.lower() for part in (actual if many else [actual]))  # type: ignore[attr-defined]
    if method in ("access", "group"):
        return _text(known(node.config.get(method, "protected" if method == "access" else None))) == value.lower()
    if method == "fqn":
        parts = value.split(".")
        return (
            fnmatchcase(node.identity.name, value)
            or list(node.fqn[: len(parts)]) == parts
            or list(node.fqn[1 : len(parts) + 1]) == parts
        )
    if method == "version":
        version = node.identity.version
        return value in ({"none"} if version is None else {version, "latest"} if node.latest else {version})
    actual_text = {"name": node.identity.name, "package": node.identity.package, "resource_type": node.identity.kind}[
        method
    ]
    return fnmatchcase(actual_text, value)


def _text(value: object) -> str:
    return str(value).lower()
