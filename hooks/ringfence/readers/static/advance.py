"""Recording what the files of a project define and use: all of them, or only those that a change can have moved.

A change of files touches the keys that they define otherwise than before. The files that looked one of these up are
read again, found or not; where the nodes that they make look different from outside, their keys are touched in turn.
Subjects of rules that looked up a touched key are judged again; nothing else can have another verdict.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ringfence.domain.errors import RingfenceError
from ringfence.domain.namedtuple import NamedTuple
from ringfence.readers.static.definitions import definitions
from ringfence.readers.static.package import EVERYWHERE, Package
from ringfence.readers.static.state import OUTPUTS, TEST_DEFINITIONS, TESTS, UNITS, Changes, defined_test, owner_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from ringfence.domain.tree import Tree
    from ringfence.readers.static.project import StaticProject


class Wave(NamedTuple):
    """What a change moved: files that were read again, the nodes they make or made, the keys that answer otherwise."""

    units: frozenset[str]
    nodes: frozenset[str]
    touched: frozenset[str]


def fill(project: StaticProject) -> None:
    """Record every file of a project and of its packages."""
    state = project.index.state
    owners: list[str] = []
    for package in project.packages.values():
        for path in package.paths():
            owner = owner_of(package.name, path, project.name)
            owners.append(owner)
            state.put(UNITS, owner, {"h": list(definitions(package, path)), "n": {}})
    _identify(project, owners)
    for owner in owners:
        if "//" not in owner:
            state.put(UNITS, owner, {"h": state.record(UNITS, owner)["h"], **project.unit(owner)})
    _watch_tests(project)


def _watch_tests(project: StaticProject) -> None:
    """Record what the definitions of generic tests look up."""
    uses = sorted(project.test_lookups())
    project.index.state.put(UNITS, TEST_DEFINITIONS, {"h": [], "n": {}, "u": uses})


def advance(project: StaticProject, changes: Changes, past: Tree, *, outputs: bool = True) -> Wave | None:
    """Record what `changes` (path -> before, after) moved, over the records of the tree `past`.

    The columns that nodes produce are looked at again, or (`outputs` False) forgotten until somebody asks.

    Returns None where only reading everything helps: a macro that every file may call, a materialization, a properties
    file that cannot be read. The records are of no use then.
    """
    state = project.index.state
    touched, units = _redefined(project, changes, past)
    if any(_everywhere(key) for key in touched):
        return None
    if any(defined_test(key) or TEST_DEFINITIONS in state.owners("u", key) for key in touched):
        _watch_tests(project)
        touched.add(TESTS)
    for key in touched:
        units.update(owner for owner in state.owners("u", key) if "//" not in owner)
    before = {unit: state.below(UNITS, unit) or {} for unit in units}
    standing = [unit for unit in sorted(units) if state.record(UNITS, unit) is not None]
    _identify(project, standing)
    for unit in sorted(units):
        old, new = before[unit].get("n", {}), (state.record(UNITS, unit) or {}).get("n", {})
        for key in old.keys() ^ new.keys():
            touched |= {f"node:{key}", "nodes:*"}
            beside = {owner for owner in state.owners("n", key) if "//" not in owner} - units
            units |= beside
            before.update((owner, state.record(UNITS, owner)) for owner in beside)
            standing += sorted(beside)
    nodes: set[str] = set()
    for unit in dict.fromkeys(standing):
        body = {"h": state.record(UNITS, unit)["h"], **project.unit(unit)}
        state.put(UNITS, unit, body)
    for unit in units:
        old, new = before[unit], state.record(UNITS, unit) or {}
        touched |= _seen_otherwise(old, new)
        nodes.update(old.get("n", ()), new.get("n", ()))
    stale = {owner for key in touched for owner in state.owners("w", key)}
    stale |= {key for key in nodes if _produces_otherwise(project, key)}
    if stale:
        from ringfence.readers.static.outputs import drop, flow

        if outputs:
            touched |= flow(project, stale)
        else:
            drop(project, stale)
    return Wave(frozenset(units), frozenset(nodes), frozenset(touched))


def _produces_otherwise(project: StaticProject, key: str) -> bool:
    """Return whether a node has columns on record that rest on something else than what it is now."""
    record = project.index.state.record(OUTPUTS, key)
    if record is None:
        return False
    from ringfence.readers.static.outputs import stamp

    node = project.node(key)
    return node is None or record["s"] != stamp(project, node)


def _identify(project: StaticProject, owners: Iterable[str]) -> None:
    """Record which nodes these files make."""
    state = project.index.state
    for owner in owners:
        keys = dict.fromkeys((one.identity.key for one in project.identities(owner)[0]), "")
        state.put(UNITS, owner, {"h": state.record(UNITS, owner)["h"], "n": keys})


def _redefined(project: StaticProject, changes: Changes, past: Tree) -> tuple[set[str], set[str]]:
    """Record what changed files define now. Returns the keys that mean something else, and the files."""
    state, package = project.index.state, project.package
    earlier = Package(package.layout, past, package.contents, package.index)
    touched: set[str] = set()
    units: set[str] = set()
    for path, (_, after) in sorted(changes.items()):
        recorded = state.below(UNITS, path)
        stands = after is not None and after.is_file and bool(package.roles(path))
        if recorded is None and not stands:
            continue
        if any(state.owners(link, package.key("file", path)) for link in ("w", "r")):
            touched.add(package.key("file", path))
        new = definitions(package, path) if stands else {}
        old_keys = set(recorded["h"]) if recorded is not None else set()
        old = _definitions_before(earlier, path) if old_keys & set(new) else {}
        touched.update(
            key for key in old_keys | set(new) if not (key in old and key in new and _same(old[key], new[key]))
        )
        units.add(path)
        state.put(UNITS, path, {"h": list(new), "n": {}} if stands else None)
    return touched, units


def _definitions_before(earlier: Package, path: str) -> Mapping[str, Any]:
    """Return what a file defined; nothing where its content is no longer to be had, so that all of it counts as new."""
    try:
        return definitions(earlier, path)
    except RingfenceError:
        return {}


def _same(old: Any, new: Any) -> bool:
    if old is None or new is None:
        return old is new
    if isinstance(old, list):
        from ringfence.text.packed import same

        return len(old) == len(new) and all(map(same, old, new))
    return repr(old) == repr(new)  # not ==: True is 1 and 1.0 there


def _everywhere(key: str) -> bool:
    _, what, name = key.split(":", 2)
    return what in ("unreadable", "materialization") or (what == "macro" and name in EVERYWHERE)


def _seen_otherwise(old: Mapping[str, Any], new: Mapping[str, Any]) -> set[str]:
    """Return the keys of nodes that look different from outside, and of names that are mentioned newly or no more."""
    faces, now = old.get("n", {}), new.get("n", {})
    moved = {f"node:{key}" for key in {*faces, *now} if faces.get(key) != now.get(key)}
    mentioned = set(old.get("m", ())) ^ set(new.get("m", ()))
    return moved | {f"mentions:{name}" for name in mentioned}
