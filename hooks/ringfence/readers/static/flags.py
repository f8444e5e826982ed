"""What a project says of feature flags: the registry in dbt_project.yml, and every use in templates and YAML."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ringfence.domain.document import Mapping, plain
from ringfence.domain.fact import Unknown
from ringfence.domain.flagnames import KILL, OVERRIDE, REGISTRY, macro_of
from ringfence.domain.flags import Flag, Flags, GuardedRead, RawTruth, Use
from ringfence.domain.flagtext import calls_in
from ringfence.domain.place import Place
from ringfence.readers.static.layout import join
from ringfence.readers.static.state import UNITS, file_of
from ringfence.sql.terms import Const, Op, Opaque, Var, describe, held_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ringfence.readers.static.package import Package
    from ringfence.readers.static.project import StaticProject
    from ringfence.sql.terms import Block, Call, Facts, Term

# https://docs.getdbt.com/docs/build/project-variables: from dbt 1.12 on variables may stand there as well.
_VARIABLES = "vars.yml"
_NAMED = re.compile(r"(?<![\w.'\"])ringfence\.(?:flag|variation|rollout|kill)\('([^'\\]*)'")
_OUR_PACKAGE = "ringfence"


def read_flags(project: StaticProject) -> Flags:
    """Return what the root package says of flags, each part in order of place."""
    root = project.package
    uses: list[Use] = []
    reads: list[GuardedRead] = []
    truths: list[RawTruth] = []
    for path in root.index.paths(root.key("flags", "")):
        if "properties" in root.roles(path):
            uses += [Use(*one, "properties") for one in root.flags_in(path)]
            continue
        facts = root.facts(path)
        uses += _uses(project, path, facts)
        reads += [read for block in facts.blocks for read in _guarded(block, path)]
        truths += _truths(project, path, facts)
    settings = root.layout.document
    uses += [Use(*one, "settings") for one in calls_in(settings)]
    return Flags(
        tuple(_registry(settings, root.name)),
        tuple(sorted((*uses, *_elsewhere(project)), key=lambda use: (use.place, use.call))),
        tuple(_overrides(settings, root.name)),
        tuple(reads),
        tuple(truths),
        _unseen(project, uses),
        _undeclared(root),
    )


def _variables(settings: Mapping, package: str) -> Iterator[Mapping]:
    """Yield the mappings in which variables of a package stand, the stronger one first."""
    held = settings.get("vars")
    if isinstance(held, Mapping):
        own = held.get(package)
        if isinstance(own, Mapping):
            yield own
        yield held


def _registry(settings: Mapping, package: str) -> Iterator[Flag]:
    for held in _variables(settings, package):
        key, registry = held.key(REGISTRY), held.get(REGISTRY)
        if key is None:
            continue
        if isinstance(registry, Mapping):
            yield from (Flag(name, at.place, plain(entry)) for name, (at, entry) in registry.entries().items())
        elif plain(registry) is not None:
            yield Flag("", key.place, plain(registry))
        return


def _overrides(settings: Mapping, package: str) -> Iterator[Use]:
    for held in _variables(settings, package):
        for name, (key, value) in held.entries().items():
            if name.startswith(OVERRIDE):
                yield Use("override", name.removeprefix(OVERRIDE), key.place, "settings")
            elif name == KILL:
                yield from _killed(plain(value), value.place)


def _killed(given: object, place: Place) -> Iterator[Use]:
    names = given.replace(",", " ").split() if isinstance(given, str) else given if isinstance(given, list) else []
    yield from (Use("kill switch", str(name), place, "settings") for name in names if name != "all")


def _uses(project: StaticProject, path: str, facts: Facts) -> Iterator[Use]:
    deep = {(one.line, one.column): one.depth for one in facts.conditions if one.kind == "flag"}
    made = tuple(project.index.state.record(UNITS, path)["n"])
    for block in facts.blocks:
        macro = "" if block.kind in ("body", "snapshot") else block.name
        for call in block.calls:
            name = macro_of(call.name)
            if name is not None:
                nodes = project.mentions(macro) if block.kind == "macro" else made
                place = _place(path, call)
                depth = deep.get((call.line, call.column), 1)
                yield Use(name, _flag_of(call), place, "template", nodes, macro, depth)


def _flag_of(call: Call) -> str | None:
    first = call.args[0] if call.args else next((term for key, term in call.keywords if key == "name"), None)
    return first.value if isinstance(first, Const) and isinstance(first.value, str) else None


def _place(path: str, call: Call) -> Place:
    return Place(path, call.line, call.column, call.line, call.column + len(call.name))


def _elsewhere(project: StaticProject) -> Iterator[Use]:
    """Yield the uses in packages that the project installs, and that ask for flags of the project."""
    for name, package in project.packages.items():
        if name in (project.name, _OUR_PACKAGE):
            continue
        for owner in package.index.state.owners("h", package.key("flags", "")):
            path = file_of(owner)
            if "properties" not in package.roles(path):
                for block in package.facts(path).blocks:
                    for call in block.calls:
                        macro = macro_of(call.name)
                        if macro is not None:
                            yield Use(macro, _flag_of(call), _place(path, call), "package")


def _unseen(project: StaticProject, uses: list[Use]) -> Unknown | None:
    hidden = next((use for use in uses if use.flag is None), None)
    if hidden is not None:
        return Unknown(f"ringfence.{hidden.call}() with a name that only a run knows", hidden.place)
    broken = next(iter(project.package.unreadable), None)
    if broken is not None:
        return Unknown(f"{broken} cannot be read", Place(broken))
    missing = ", ".join(project.missing_packages)
    return Unknown(f"a package that is not installed may ask for it ({missing}): run dbt deps") if missing else None


def _undeclared(root: Package) -> Unknown | None:
    path = join(root.layout.root, _VARIABLES)
    if root.tree.entry(path) is None:
        return None
    return Unknown(f"{path} may declare it: dbt reads it from version 1.12 on", Place(path))


# what only one side reads


def _guarded(block: Block, path: str) -> Iterator[GuardedRead]:
    """Yield reads that stand on one side of a flag, and nowhere in the block where the flag has no say."""
    reads: dict[str, list[tuple[Call, dict[str, bool]]]] = {}
    for call in block.calls:
        if call.name in ("ref", "source"):
            written = f"{call.name}({', '.join(map(describe, call.args))})"
            reads.setdefault(written, []).append((call, dict(_flags(call.guard, on=True))))
    for written, calls in reads.items():
        for call, flags in calls:
            for flag, side in flags.items():
                if all(others.get(flag) is side for _, others in calls):
                    yield GuardedRead(flag, written, _place(path, call))
                    break


def _flags(guard: Term, *, on: bool) -> Iterator[tuple[str, bool]]:
    """Yield the flags that a condition asks for, each with the side on which it holds."""
    if isinstance(guard, Op):
        for term in guard.args:
            yield from _flags(term, on=on != (guard.op == "not"))
    elif isinstance(guard, Opaque):
        yield from ((name, on) for name in _NAMED.findall(guard.text))


# variables


def _truths(project: StaticProject, path: str, facts: Facts) -> Iterator[RawTruth]:
    variables = project.scope_of(project.name).variables
    for one in facts.conditions:
        if one.kind == "flag":
            continue
        held = one.held
        if one.kind == "var":
            term = variables(Var(one.name, None))
            held = held_of(term) if isinstance(term, Const) else held
        place = Place(path, one.line, one.column, one.line, one.column + 1)
        yield RawTruth(one.kind, one.name, held, place)
