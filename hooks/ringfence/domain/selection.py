"""Selecting nodes the way dbt users write it: `tag:critical,path:models/marts +fct_orders`.

A space is "or", a comma "and"; `+x` takes along what x reads, `x+` what reads it, `2+x+1` so many steps, `@x` what
reads x and all that those read. https://docs.getdbt.com/reference/node-selection/syntax
"""

from __future__ import annotations

import re
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from ringfence.domain.errors import RingfenceError
from ringfence.domain.fact import known
from ringfence.domain.namedtuple import NamedTuple
from ringfence.domain.names import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ringfence.domain.node import Node
    from ringfence.domain.project import Project

# Methods that ask for the name of a node of one kind.
_OF_KIND = ("exposure", "metric", "saved_query", "semantic_model", "source", "unit_test")
_OF_ALL = ("access", "config", "file", "fqn", "group", "name", "package", "path", "resource_type", "tag", "version")
METHODS = tuple(sorted((*_OF_ALL, *_OF_KIND)))
_KINDS = (
    *("analysis", "exposure", "function", "group", "macro", "metric", "model", "saved_query", "seed"),
    *("semantic_model", "snapshot", "source", "test", "unit_test"),
)
# Methods of dbt that ask what a run has left behind, or what changed: https://docs.getdbt.com/reference/node-selection
_OF_RUNS = {
    "result": "asks for the results of a run",
    "source_status": "asks for the freshness that a run has found",
    "state": "compares two states: see --changed and --base",
    "test_name": "selects tests, and tests are judged with the node they stand on",
    "test_type": "selects tests, and tests are judged with the node they stand on",
    "selector": "names a selector of selectors.yml: write out what it selects",
}
_PARTS = r"(@)?(?:(\d*)\+)?(.*?)(?:\+(\d*))?"  # @, steps upstream, what is named, steps downstream
_WILD = frozenset("*?[]")


class Criterion(NamedTuple):
    """One `method:value`; `key` is the part after the dot of `config.key:value`.

    `up` and `down` are the steps that are taken along upstream and downstream, None for all; `around` stands for @.
    """

    method: str
    key: str
    value: str
    up: int | None = 0
    down: int | None = 0
    around: bool = False

    @property
    def is_graph(self) -> bool:
        """Whether other nodes have a say."""
        return self.around or self.up != 0 or self.down != 0


class Selection(NamedTuple):
    """Alternatives of criteria that must all hold. No alternatives: everything is selected."""

    alternatives: tuple[tuple[Criterion, ...], ...]

    def matches(self, node: Node, project: Project) -> bool:
        """Return whether the node is selected. Raises Undecided where a value it needs is unknown."""
        if not self.alternatives:
            return True
        return any(all(_selects(one, node, project) for one in group) for group in self.alternatives)


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
    found = re.fullmatch(_PARTS, text)
    at, up, core, down = found.groups() if found is not None else (None, None, text, None)
    if at and (up is not None or down is not None):
        raise RingfenceError(
            f"the selector {text} holds @ and +", where=where, do="write one of them: @x takes along more than +x+"
        )
    if not core:
        raise RingfenceError(f"the selector {text} names nothing", where=where, do="write +model, model+ or @model")
    return _simple(core, where)._replace(up=_steps(up), down=_steps(down), around=bool(at))


def _steps(written: str | None) -> int | None:
    """Return how many steps a part of an operator means: none where it is missing, None for all."""
    if written is None:
        return 0
    return int(written) if written else None


def _simple(text: str, where: str) -> Criterion:
    method, colon, value = text.partition(":")
    if not colon:
        if "/" in text:
            return Criterion("path", "", text)
        return Criterion("file" if text.endswith((".sql", ".py", ".csv")) else "fqn", "", text)
    method, _, key = method.partition(".")
    if method not in METHODS:
        raise _unknown_method(text, method, where)
    if bool(key) != (method == "config") or not value:
        raise RingfenceError(
            f"the selector {text} is not complete", where=where, do="write method:value, or config.key:value"
        )
    if method == "version" and value in ("old", "prerelease"):
        raise RingfenceError(f"the selector {text} is not understood here", where=where, do="name the version itself")
    if method == "resource_type" and not _WILD.intersection(value) and value not in _KINDS:
        raise RingfenceError(
            f"the selector {text} names an unknown resource type{did_you_mean(value, _KINDS)}",
            where=where,
            do=f"use one of {', '.join(_KINDS)}",
        )
    return Criterion(method, key, value)


def _unknown_method(text: str, method: str, where: str) -> RingfenceError:
    if method in _OF_RUNS:
        said = f"the selector {text} is not understood here: {method} {_OF_RUNS[method]}"
    else:
        said = f"the selector {text} has an unknown method {method}{did_you_mean(method, METHODS)}"
    return RingfenceError(said, where=where, do=f"use one of {', '.join(METHODS)}")


def _selects(criterion: Criterion, node: Node, project: Project) -> bool:
    """Return whether a criterion holds for a node, or brings it along with another for which it does."""

    def holds(other: Node) -> bool:
        return _holds(criterion, other, project)

    if not criterion.is_graph or holds(node):
        return holds(node)
    from ringfence.domain.lineage import children, parents, within

    if criterion.around:
        return within(node, project, children, None, lambda one: within(one, project, parents, None, holds))
    upstream = criterion.up != 0 and within(node, project, children, criterion.up, holds)
    return upstream or (criterion.down != 0 and within(node, project, parents, criterion.down, holds))


def _holds(criterion: Criterion, node: Node, project: Project) -> bool:
    method, key, value = criterion[:3]
    if method == "tag":
        return any(fnmatchcase(tag, value) for tag in known(node.tags))
    if method == "path":
        wanted = value.removeprefix("./").rstrip("/")
        return f"/{wanted}/" in f"/{node.path}" or fnmatchcase(f"/{node.path}", f"*/{wanted}")
    if method == "config":
        return _configured(node, key, value)
    if method in ("access", "group"):
        return _text(known(node.config.get(method, "protected" if method == "access" else None))) == value.lower()
    if method == "fqn":
        return _qualified(node, value)
    if method == "version":
        version = node.identity.version
        return value in ({"none"} if version is None else {version, "latest"} if node.latest else {version})
    if method in _OF_KIND:
        return node.identity.kind == method and _named(node, value)
    return any(fnmatchcase(one, value) for one in _texts(method, node, project))


def _texts(method: str, node: Node, project: Project) -> tuple[str, ...]:
    if method == "file":
        name = node.path.rpartition("/")[2]
        return name, name.rpartition(".")[0]
    if method == "package":
        own = ("this",) if node.identity.package == project.name else ()
        return (node.identity.package, *own)
    return (node.identity.kind if method == "resource_type" else node.identity.name,)


def _configured(node: Node, key: str, value: str) -> bool:
    first, *inner = key.split(".")
    actual = known(node.config.get(first))
    for name in inner:
        actual = actual.get(name) if isinstance(actual, dict) else None
    many = isinstance(actual, list | tuple | frozenset | dict)
    return any(_text(part) == value.lower() for part in (actual if many else [actual]))  # type: ignore[attr-defined]


def _named(node: Node, value: str) -> bool:
    """Return whether `name`, `package.name`, for a source `source.table` too, stands for a node."""
    full = f"{node.identity.package}.{node.identity.name}"
    names = (node.identity.name, full, node.identity.name.partition(".")[0])
    return any(fnmatchcase(name, value) for name in names)


def _qualified(node: Node, value: str) -> bool:
    """Return whether dbt's fqn method selects a node: its name, or folders from the top, with or without the package.

    https://github.com/dbt-labs/dbt-core/blob/1.11.latest/core/dbt/graph/selector_methods.py: is_selected_node
    """
    if fnmatchcase(node.identity.name, value) or value in (
        node.identity.label,
        node.identity.label.replace(".v", "_v"),
    ):
        return True
    wanted = value.split(".")
    flat = [part for whole in node.fqn for part in whole.split(".")]
    return any(_begins(flat[skip:], wanted) for skip in (0, 1))


def _begins(parts: list[str], wanted: list[str]) -> bool:
    for number, part in enumerate(wanted):
        if number >= len(parts):
            return False
        if _WILD.intersection(part):
            return fnmatchcase(".".join(parts[number:]), ".".join(wanted[number:]))
        if part != parts[number]:
            return False
    return True


def _text(value: object) -> str:
    return str(value).lower()
