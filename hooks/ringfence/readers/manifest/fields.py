"""Where the static reading and a manifest say different things of one node, field by field.

What the static reading does not know is no difference. What a manifest does not hold (where in a file something stands,
an exposure's owner, a source's identifier) is never taken from it and not compared.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from ringfence.domain.fact import Fact, Known, Unknown
from ringfence.domain.namedtuple import NamedTuple
from ringfence.domain.pairs import tests_of
from ringfence.readers.static.layout import PROJECT_FILE
from ringfence.readers.static.running import runs, test_runs

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ringfence.domain.node import Column, Constraint, Node, Test
    from ringfence.domain.place import Place
    from ringfence.readers.manifest.freshness import Comparison

RELATIONS = ("model", "seed", "snapshot")
_ENTRY_KINDS = (*RELATIONS, "source")
# Kind -> the first dbt that takes tags and meta from its `config:` in a properties file.
_ENTRY_CONFIG = {"source": (1, 10), "exposure": (1, 10)}
_COLUMN_CONFIG = (1, 10)  # the first dbt whose tests get the tags in their column's `config:`
# Settings that have a field of their own here.
_OWN_FIELD = frozenset({"enabled", "materialized", "tags", "contract"})
# Settings of which every level adds its part; of all others the strongest level alone decides.
ADDING = frozenset(
    {"tags", "pre-hook", "post-hook", "packages", "meta", "quoting", "column_types", "docs", "contract", "grants"}
)
# What dbt takes into a source's configuration from elsewhere in its entry.
_BESIDE = frozenset({"event_time", "freshness", "loaded_at_field", "loaded_at_query"})
_LONGEST = 80


class Disagreement(NamedTuple):
    """A field of which the manifest says `old` and the tree `new`; `place` is where the tree says so, if anywhere."""

    field: str
    old: str
    new: str
    place: Place | None = None


def disagreements(mine: Node, theirs: Node, compared: Comparison) -> Iterator[Disagreement]:
    """Yield what differs between a node of the tree and the same one of a manifest."""
    kind, project = mine.identity.kind, compared.project
    if mine.path != theirs.path:
        yield Disagreement("path", theirs.path, mine.path)
    if kind == "group":
        return
    yield from _of("enabled", runs(project, mine), theirs.enabled)
    yield from _of("fqn", Known(".".join(mine.fqn)), Known(".".join(theirs.fqn)))
    yield from _of("latest version", Known(mine.latest), Known(theirs.latest))
    yield from _of("refs", mine.refs, theirs.refs)
    yield from _of("sources", mine.sources, theirs.sources)
    if kind in RELATIONS:
        if mine.language != "python" or compared.dbt >= (1, 9):  # until then the properties did not count
            yield from _of("materialized", mine.materialized, theirs.materialized)
        yield from _of("contract", mine.contract, theirs.contract)
        yield from _of("macros called", mine.macros, theirs.macros)
    if _of_another_dialect(mine, theirs, compared):
        return
    if kind not in _ENTRY_CONFIG or compared.dbt >= _ENTRY_CONFIG[kind]:
        yield from _of("tags", mine.tags, theirs.tags)
    if isinstance(theirs.enabled, Known) and theirs.enabled.value:  # dbt does not finish what it leaves out
        if mine.hidden is None:
            yield from _entry(mine, theirs, compared)
        yield from _settings(mine, theirs, compared)
        yield from _templates(mine, compared)


def _of_another_dialect(mine: Node, theirs: Node, compared: Comparison) -> bool:
    """Return whether the entry of a node is read by only one of dbt and the static reading.

    Singular tests are described in properties files from dbt 1.9 on, which the static reading does not do; it reads
    properties files beside tests, as dbt does from 1.9 on.
    """
    if mine.identity.kind == "test":
        return theirs.entry is not None
    beside_tests = mine.entry is not None and compared.project.package.layout.under("test-paths", mine.entry.path)
    return compared.dbt < (1, 9) and bool(beside_tests)


def _of(field: str, mine: Fact[Any], theirs: Fact[Any]) -> Iterator[Disagreement]:
    if isinstance(mine, Known) and isinstance(theirs, Known) and mine.value != theirs.value:
        yield Disagreement(field, shown(theirs.value), shown(mine.value), mine.place)


def _settings(mine: Node, theirs: Node, compared: Comparison) -> Iterator[Disagreement]:
    kind = mine.identity.kind
    beside = _BESIDE if kind == "source" else frozenset[str]()
    if kind in _ENTRY_CONFIG and compared.dbt < _ENTRY_CONFIG[kind]:
        beside |= {"meta"}
    for key in sorted({*mine.config.keys(), *theirs.config.keys()} - _OWN_FIELD - beside):
        yield from _of(key, mine.config.get(key), theirs.config.get(key))


def _templates(mine: Node, compared: Comparison) -> Iterator[Disagreement]:
    """Yield the settings that dbt_project.yml leaves to a template which is not the one that the manifest has.

    Of settings that add up a manifest holds the strongest level alone, which need not be the one with the template.
    """
    for key in sorted({*mine.config.keys()} - ADDING):
        fact = mine.config.get(key)
        if isinstance(fact, Unknown) and from_project_file(fact) and isinstance(fact.expression, str):
            written = compared.unrendered(mine).get(key)
            if not _holds(written, fact.expression):
                yield Disagreement(key, shown(written), fact.expression, fact.place)


def from_project_file(fact: Unknown) -> bool:
    """Return whether a template of dbt_project.yml hides a value."""
    return fact.place is not None and fact.place.path.rpartition("/")[2] == PROJECT_FILE


def _holds(written: object, expression: str) -> bool:
    """Return whether a template stands somewhere in a value."""
    if isinstance(written, dict):
        return any(_holds(value, expression) for value in written.values())
    if isinstance(written, list):
        return any(_holds(value, expression) for value in written)
    return written == expression


def _entry(mine: Node, theirs: Node, compared: Comparison) -> Iterator[Disagreement]:
    """Yield what differs in the properties entry of a node: where it stands, what it says."""
    if mine.identity.kind in RELATIONS:
        there, here = (None if node.entry is None else node.entry.path for node in (theirs, mine))
        if there != here:
            yield Disagreement("properties entry", there or "none", here or "none", mine.entry)
    if mine.identity.kind not in _ENTRY_KINDS:
        return
    yield from _description(mine.description, theirs.description, "description")
    yield from _constraints(mine.constraints, theirs.constraints, "constraints")
    yield from _columns(mine, theirs)
    yield from _tests(mine, theirs, compared)


def _description(mine: Fact[str], theirs: Fact[str], field: str) -> Iterator[Disagreement]:
    if isinstance(mine, Unknown) or "{{" in mine.value or "{%" in mine.value:
        return  # a docs block is a text of its own
    yield from _of(field, Known(_plain(mine.value), mine.place), _plain_fact(theirs))


def _columns(mine: Node, theirs: Node) -> Iterator[Disagreement]:
    others = {column.name: column for column in theirs.columns}
    names = [column.name for column in mine.columns]
    if list(others) != names:
        gone = [name for name in others if name not in names]
        new = [column for column in mine.columns if column.name not in others]
        place = new[0].place if new else None
        old_text, new_text = ", ".join(gone), ", ".join(column.name for column in new)
        if not gone and not new:
            old_text, new_text = ", ".join(others), ", ".join(names)
        yield Disagreement("columns", old_text or "none", new_text or "none", place)
    for column in mine.columns:
        if column.name in others:
            yield from _column(column, others[column.name])


def _column(mine: Column, theirs: Column) -> Iterator[Disagreement]:
    of = f"of column {mine.name}"
    yield from _of(f"data_type {of}", mine.data_type, theirs.data_type)
    yield from _of(f"quote {of}", Known(mine.quote, mine.place), Known(theirs.quote))
    yield from _description(mine.description, theirs.description, f"description {of}")
    yield from _constraints(mine.constraints, theirs.constraints, f"constraints {of}")


def _constraints(mine: Iterable[Constraint], theirs: Iterable[Constraint], field: str) -> Iterator[Disagreement]:
    ours, others = [(_constraint(one), one.place) for one in mine], [_constraint(one) for one in theirs]
    labels = [label for label, _ in ours]
    if labels != others:
        place = next((at for label, at in ours if label not in others), ours[0][1] if ours else None)
        yield Disagreement(field, _listed(others), _listed(labels), place)


def _constraint(one: Constraint) -> str:
    return f"{one.type}({', '.join(one.columns)}){f' {one.expression}' if one.expression else ''}"


def _tests(mine: Node, theirs: Node, compared: Comparison) -> Iterator[Disagreement]:
    ours, others = sorted(map(_test, tests_of(mine))), sorted(map(_test, tests_of(theirs)))
    if ours != others:
        gone, new = list(others), []
        for label in ours:
            if label in gone:
                gone.remove(label)
            else:
                new.append(label)
        place = next((test.place for test in tests_of(mine) if _test(test) in new), None)
        yield Disagreement("tests", _listed(gone), _listed(new), place)
        return
    skipped = {"enabled"} if compared.dbt >= _COLUMN_CONFIG else {"enabled", "tags"}
    by_label = {_test(test): test for test in tests_of(theirs)}
    for test in tests_of(mine):
        label = _test(test)
        if ours.count(label) > 1:
            continue  # which of two equal tests is which cannot be told
        other = by_label[label]
        running = test_runs(compared.project, test, mine)
        yield from _of(f"enabled of test {label}", running, other.config.get("enabled", True))
        for key in sorted({*test.config.keys(), *other.config.keys()} - skipped):
            yield from _of(f"{key} of test {label}", _severity(test.config.get(key)), other.config.get(key))


def _test(test: Test) -> str:
    arguments = {**({"column": test.column} if test.column is not None else {}), **test.arguments}
    return f"{test.label}({', '.join(f'{key}={shown(value)}' for key, value in sorted(arguments.items()))})"


def _severity(fact: Fact[Any]) -> Fact[Any]:
    """Return a severity in small letters, as the manifest's reader does."""
    return (
        Known(fact.value.lower(), fact.place) if isinstance(fact, Known) and fact.value in ("WARN", "ERROR") else fact
    )


def _plain(text: str) -> str:
    return " ".join(text.split())


def _plain_fact(fact: Fact[str]) -> Fact[str]:
    return fact if isinstance(fact, Unknown) else Known(_plain(fact.value))


def _listed(texts: Iterable[str]) -> str:
    return ", ".join(texts) or "none"


def shown(value: object) -> str:
    """Return a value as a person is shown it."""
    if value is None:
        return "none"
    if isinstance(value, frozenset | set):
        parts = sorted(_part(one) for one in value)
        return _shortened(", ".join(parts) or "none")
    if isinstance(value, str):
        return _shortened(value or "none")
    return _shortened(json.dumps(value, default=str, sort_keys=True, ensure_ascii=False))


def _part(one: object) -> str:
    """Return a ref, source, macro or tag of a set."""
    return ".".join(str(part) for part in one if part is not None) if isinstance(one, tuple) else str(one)


def _shortened(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 3]}..."
