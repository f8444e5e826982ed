"""`ringfence impact NODE[.COLUMN]`: what rests on a node, or on one of its columns, read from the sources."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from ringfence.commands.ground import Ground
from ringfence.commands.output import emit
from ringfence.commands.session import Session
from ringfence.domain.errors import RingfenceError
from ringfence.domain.fact import Known
from ringfence.domain.impact import downstream, on_column
from ringfence.domain.namedtuple import NamedTuple
from ringfence.domain.names import did_you_mean
from ringfence.domain.node import Ref
from ringfence.domain.owners import exposure_text, owner_of
from ringfence.domain.pairs import runs, tests_of

if TYPE_CHECKING:
    import argparse

    from ringfence.commands.known import Judged
    from ringfence.domain.impact import Downstream
    from ringfence.domain.node import Node

_KINDS = ("model", "seed", "snapshot", "source")


class Asked(NamedTuple):
    """What the command was asked about, and where it is."""

    judged: Judged
    node: Node
    column: str | None


class Told(NamedTuple):
    """What a reporter says. `everything` reads the node; of it `found` is touched: all of it where no column is named.

    `owners` and `links` (type and url of an exposure) stand by key where they are known; `note` says what is not known
    of the column itself; `tests` counts those on the node or column and on what is touched.
    """

    label: str
    node: Node
    column: str | None
    everything: Downstream
    found: Downstream
    owners: dict[str, str]
    links: dict[str, tuple[str | None, str | None]]
    tests: int
    note: str
    head: str


def run(arguments: argparse.Namespace) -> int:
    """Print what rests on a node or column. Raises RingfenceError where there is none of this name."""
    with Session(Ground(head=arguments.head, project=arguments.project)) as session:
        asked = _asked(session.judged, arguments.node)
        told = _told(asked, session.head.tree.label)
        reporter = import_module(f"ringfence.reporters.impact_{arguments.format}")
        text: str = reporter.impact(told)
    emit(text, arguments.output)
    return 0


def _asked(several: list[Judged], written: str) -> Asked:
    """Return the node and the column that a name means: the longest name of a node counts."""
    known: set[str] = set()
    for name in _beginnings(written):
        found = []
        for judged in several:
            labels = _labels(judged)
            known.update(labels)
            node = _node(judged, name, labels)
            found += [] if node is None else [(judged, node)]
        if len(found) > 1:
            projects = ", ".join(judged.project.root or "." for judged, _ in found)
            raise RingfenceError(f"{name} is in several projects: {projects}", do="name one: --project DIR")
        if found:
            judged, node = found[0]
            return Asked(judged, node, written[len(name) + 1 :] or None)
    near = did_you_mean(written, known) or did_you_mean(written.rpartition(".")[0], known)
    raise RingfenceError(f"there is no model, seed, snapshot or source {written}{near}")


def _beginnings(written: str) -> list[str]:
    """Return the names that a node may have in what was written, the longest first."""
    parts = written.split(".")
    return [".".join(parts[:number]) for number in range(len(parts), 0, -1)]


def _labels(judged: Judged) -> dict[str, str]:
    """Return the keys of the project's nodes by the names that people use."""
    found: dict[str, str] = {}
    keys = judged.project.keys()
    for kind, _, label in (key.split(".", 2) for key in keys):
        if kind in _KINDS:
            found[label] = f"{kind}.{judged.project.name}.{label}"
    return found


def _node(judged: Judged, name: str, labels: dict[str, str]) -> Node | None:
    """Return the node of this name or unique id; of a model with versions the latest, also one of a package."""
    if name in labels or name in labels.values():
        return judged.project.whole(labels.get(name, name))
    if "." in name:
        return None
    latest = judged.project.find(Ref(None, name, None))
    return latest.value if isinstance(latest, Known) else None


def _told(asked: Asked, head: str) -> Told:
    project, node, column = asked.judged.project, asked.node, asked.column
    note = "" if column is None else _note(node, column)
    everything = downstream(node, project)
    found = everything if column is None else on_column(everything, column, project)
    nodes = [node, *(one.node for one in found.reached)]
    owners = {one.key: owner for one in nodes if (owner := owner_of(one, project)) is not None}
    links = {
        one.key: (exposure_text(one, project, "type"), exposure_text(one, project, "url"))
        for one in nodes
        if one.identity.kind == "exposure"
    }
    label = node.identity.label if column is None else f"{node.identity.label}.{column}"
    return Told(label, node, column, everything, found, owners, links, _tests(node, column, found), note, head)


def _note(node: Node, column: str) -> str:
    """Return what is not known of a column. Raises RingfenceError where the node has none of this name."""
    declared = [one.name for one in node.columns]
    outputs = node.outputs
    names = [*declared, *(outputs.value if isinstance(outputs, Known) else ())]
    if column.lower() in {name.lower() for name in names}:
        return ""
    if isinstance(outputs, Known):
        raise RingfenceError(
            f"{node.identity.label} has no column {column}{did_you_mean(column, names)}",
            do=f"its columns: {', '.join(dict.fromkeys(names))}",
        )
    near = did_you_mean(column, names)
    return f"it is not known whether {node.identity.label} has a column {column}{near}: {outputs.reason}"


def _tests(node: Node, column: str | None, found: Downstream) -> int:
    """Return how many tests look at what is touched: generic ones, and for a whole node those that read it too."""
    columns = {node.key: None if column is None else {column.lower()}}
    for one in found.reached:
        columns[one.node.key] = None if column is None else {name.lower() for name in one.effect.columns}
    number = 0
    for held in [node, *(one.node for one in found.reached)]:
        wanted = columns[held.key]
        tests = [test for test in tests_of(held) if runs(test)]
        number += sum(wanted is None or (test.column or "").lower() in wanted for test in tests)
    return number + (len(found.tests) if column is None else 0)
