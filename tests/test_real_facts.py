"""What is reported of facts seen in public projects (real_facts.md), and the silence once they are mended."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from casefile import split
from memory import MemoryTree
from ringfence.commands.session import CATALOGUE
from ringfence.domain.finding import Finding
from ringfence.domain.runner import verdict
from ringfence.readers.static.open import open_projects
from ringfence.rules import load

_ROW = re.compile(r"^\| (?!seen in)([^|]+?)/([^|]+?) ([0-9a-f]{7}) \| (.+) \|$")
_SEEN = Path(__file__).with_name("real_facts.md")


class Row(NamedTuple):
    """A fact: which rule speaks of it, where it was seen, and what was seen there."""

    rule: str
    seen: str
    cells: tuple[str, ...]

    @property
    def id(self) -> str:
        return f"{self.rule}: {self.seen}: {', '.join(self.cells)}"


def rows() -> list[Row]:
    _, sections = split(_SEEN.read_text(encoding="utf-8"))
    found = []
    for rule, lines in sections:
        for line in lines:
            match = _ROW.match(line)
            if match is not None:
                cells = tuple("" if cell == "-" else cell for cell in match[4].split(" | "))
                found.append(Row(rule, f"{match[1]}/{match[2]} {match[3]}", cells))
    return found


Files = dict[str, str]


class Built(NamedTuple):
    """A project that holds a fact, the token that the finding stands at, and the same project mended."""

    files: Files
    token: str
    mended: Files


def _yaml(text: str, mended: str, token: str, sql: Files | None = None) -> Built:
    return Built({**(sql or {}), "models/s.yml": text}, token, {**(sql or {}), "models/s.yml": mended})


_PLACES = {
    "file": "{}\nseeds:\n  - name: m\n",
    "model": "models:\n  - name: m\n    {}\n",
    "column of a model": "models:\n  - name: m\n    columns:\n      - name: c\n        {}\n",
    "config of a model": "models:\n  - name: m\n    config:\n      {}\n",
    "config of a column": "models:\n  - name: m\n    columns:\n      - name: c\n        config:\n          {}\n",
    "seed": "seeds:\n  - name: m\n    {}\n",
    "table": "sources:\n  - name: s\n    tables:\n      - name: t\n        {}\n",
}


def _unknown_key(place: str, key: str, meant: str) -> Built:
    form = _PLACES[place]
    value = "[]" if meant in ("tests", "columns", "models", "tags") or key in ("columns", "tables") else "2"
    mended = f"{meant}: {value}" if meant and place != "file" else ""
    return _yaml(form.format(f"{key}: {value}"), form.format(mended), key)


def _ignored_key(place: str, key: str) -> Built:
    form = _PLACES[place]
    return _yaml(form.format(f"{key}: x"), form.format(""), key)


def _ghost_column(model: str, described: str, produced: str) -> Built:
    names = produced.split(", ")
    sql = {f"models/{model}.sql": "select " + ", ".join(f'1 as "{name}"' for name in names)}
    form = "models:\n  - name: {}\n    columns:\n      - name: {}\n"
    return _yaml(form.format(model, described), form.format(model, names[0]), described, sql)


def _config_unknown_column(model: str, key: str, produced: str) -> Built:
    names = produced.split(", ")
    sql = {f"models/{model}.sql": "select " + ", ".join(f"1 as {name}" for name in names)}
    form = "models:\n  - name: {}\n    config: {{unique_key: {}, materialized: incremental}}\n"
    return _yaml(form.format(model, key), form.format(model, names[0]), key, sql)


def _ghost_model(kind: str, entry: str, near: str) -> Built:
    folder, ending = {"seed": ("seeds", "csv")}.get(kind, (f"{kind}s", "sql"))
    text = "id\n" if ending == "csv" else "select 1 as id"
    others = {f"{folder}/{near}.{ending}": text} if near else {}
    files = {**others, "models/s.yml": f"{kind}s:\n  - name: {entry}\n"}
    return Built(files, entry, {**files, f"{folder}/{entry}.{ending}": text})


def _duplicate_column(kind: str, entry: str, first: str, again: str) -> Built:
    if kind == "source":
        source, _, table = entry.partition(".")
        form = f"sources:\n  - name: {source}\n    tables:\n      - name: {table}\n        columns:\n"
        form += "          - name: {}\n          - name: {}\n"
    else:
        form = f"{kind}s:\n  - name: {entry}\n    columns:\n      - name: {{}}\n      - name: {{}}\n"
    return _yaml(form.format(first, again), form.format(first, f"{again}_2"), again)


def _repeated_key(key: str) -> Built:
    form = "models:\n  - name: m\n    meta:\n      {0}: 1\n      other: 2\n      {1}: 3\n"
    return _yaml(form.format(key, key), form.format(key, f"{key}_2"), key)


def _accepted_values(model: str, column: str, value: str) -> Built:
    form = f"models:\n  - name: {model}\n    columns:\n      - name: {column}\n"
    form += "        data_tests: [{{accepted_values: {{values: [{0}]}}}}]\n"
    wrong = "other, null" if value == "null" else f"{value}, other, {value}"
    sql = {f"models/{model}.sql": f"select 'x' as {column}"}
    return _yaml(form.format(wrong), form.format("other"), value, sql)


def _tag_case_variant(tag: str, elsewhere: str) -> Built:
    form = "models:\n  - {{name: a, config: {{tags: [{0}]}}}}\n  - {{name: b, config: {{tags: [{1}]}}}}\n"
    form += "  - {{name: c, config: {{tags: [{1}]}}}}\n"
    return _yaml(form.format(tag, elsewhere), form.format(elsewhere, elsewhere), tag)


def _version_inconsistent(version: str) -> Built:
    return _yaml(f"version: {version}\nmodels: []\n", "version: 2\nmodels: []\n", version)


def _description_placeholder(column: str, description: str) -> Built:
    form = f"models:\n  - name: m\n    columns:\n      - name: {column}\n        description: {{}}\n"
    return _yaml(form.format(f"'{description}'"), form.format(f"'when {description} was set'"), f"'{description}")


def _unused_anchor(anchor: str) -> Built:
    form = "models:\n  - name: m\n    meta: {{a: &{0} 1, b: {1}}}\n"
    return _yaml(form.format(anchor, 2), form.format(anchor, f"*{anchor} "), f"&{anchor}")


def _model_without_entry(model: str) -> Built:
    sql = {f"models/{model}.sql": "select 1 as id"}
    return _yaml("models: []\n", f"models:\n  - name: {model}\n", "select", sql)


def _column_undocumented(model: str, column: str) -> Built:
    sql = {f"models/{model}.sql": f"select 1 as id, 2 as {column}"}
    form = f"models:\n  - name: {model}\n    columns:\n      - name: id\n"
    return _yaml(form, f"{form}      - name: {column}\n", model, sql)


def _source_unused(source: str, table: str) -> Built:
    text = f"sources:\n  - name: {source}\n    tables:\n      - name: {table}\n"
    sql = {"models/m.sql": f"select * from {{{{ source('{source}', '{table}') }}}}"}
    return Built({"models/s.yml": text}, table, {"models/s.yml": text, **sql})


_BUILDERS: dict[str, Callable[..., Built]] = {
    "unknown-key": _unknown_key,
    "ghost-column": _ghost_column,
    "ghost-model": _ghost_model,
    "duplicate-column": _duplicate_column,
    "ignored-key": _ignored_key,
    "repeated-key": _repeated_key,
    "accepted-values": _accepted_values,
    "tag-case-variant": _tag_case_variant,
    "version-inconsistent": _version_inconsistent,
    "description-placeholder": _description_placeholder,
    "config-unknown-column": _config_unknown_column,
    "unused-anchor": _unused_anchor,
    "model-without-entry": _model_without_entry,
    "column-undocumented": _column_undocumented,
    "source-unused": _source_unused,
}


def _judged(files: Files, name: str) -> list[Finding]:
    (project,) = open_projects(MemoryTree({"dbt_project.yml": "name: shop\n", **files}), None, [("", "duckdb")])
    rule = load(next(info for info in CATALOGUE if info.name == name))
    assert project.problems() == []
    subjects: list[Any]
    if rule.level == "file":
        subjects = project.files()
    elif rule.level == "entry":
        subjects = [entry for file in project.files() for entry in file.entries if entry.kind in rule.kinds]
    else:
        subjects = [node for node in project.nodes() if node.identity.kind in rule.kinds]
    return [finding for subject in subjects for finding in verdict([rule], subject, project, {}).findings]


def test_there_are_hundreds() -> None:
    assert len(rows()) > 400
    assert len({row.id for row in rows()}) == len(rows())


@pytest.mark.parametrize("row", rows(), ids=lambda row: row.id)
def test_a_fact_is_reported_until_it_is_mended(row: Row) -> None:
    built = _BUILDERS[row.rule](*row.cells)
    (finding,) = _judged(built.files, row.rule)
    place = finding.place
    assert built.files[place.path].splitlines()[place.line - 1][place.column - 1 :].startswith(built.token)
    assert _judged(built.mended, row.rule) == []
