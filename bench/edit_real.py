"""Judges of small real edits: what one place of a file means now, by what the difference itself changes there."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator
from typing import Any

from edit_cosmetic import bare
from edit_history import Edit

Label = tuple[str, str]

_MOST = 10  # tokens that go and come
_TOKEN = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|'[^']*'|\"[^\"]*\"|`[^`]*`|\d+\.\d+|\w+|::|<>|!=|<=|>=|\|\||\S", re.DOTALL)
_COMMENT = re.compile(r"(\{\{.*?\}\}|\{%.*?%\}|'[^']*'|\"[^\"]*\")|\{#.*?#\}|--[^\n]*|/\*.*?\*/", re.DOTALL)
_SETTING = re.compile(r"(\w+)\s*=\s*('[^']*'|\"[^\"]*\"|\[[^\]]*\]|[\w.]+)")
_JOINS = {"left", "right", "inner", "full", "outer", "cross", "join"}
_TYPE_WORDS = (
    "int integer bigint smallint int64 float float64 double numeric decimal number varchar text string char date "
    "timestamp timestamptz timestamp_ntz datetime boolean bool json variant"
)
_SQL_WORDS = (
    "and or not is null in like ilike between case when then else end distinct union all as asc desc true false on "
    "where having qualify limit select from coalesce sum count max min avg cast try_cast safe_cast nullif trim lower "
    "upper round abs row_number over partition by order group current_date current_timestamp any_value"
)
_TYPES = frozenset(_TYPE_WORDS.split())
_SAID = _JOINS | _TYPES | frozenset(_SQL_WORDS.split())
# Settings that no lock holds fast.
_QUIET = {"+tags", "+meta", "+docs", "+target_schema", "+quote_columns"}
_CLAUSES = re.compile(r"select|from|join|on|where|having|qualify|group|order|limit|using|with|union")


def real(edit: Edit) -> Label | None:
    """Return kind and smallest fact of a real edit; None where the edit is large, or says the same."""
    path = edit.path.lower()
    if path.endswith(".csv"):
        return _seed(edit.old, edit.new) if "seeds/" in path or "data/" in path else None
    if path.endswith((".yml", ".yaml")):
        return _yaml(edit, project=path.endswith("dbt_project.yml"))
    return _sql(edit.old, edit.new, macro="macros/" in path)


def _plain(text: str) -> str:
    return _COMMENT.sub(lambda found: found[1] or " ", text)


def _sql(old: str, new: str, *, macro: bool) -> Label | None:
    if bare(old) == bare(new):
        return None
    before, after = _TOKEN.findall(_plain(old)), _TOKEN.findall(_plain(new))
    if max(len(before), len(after)) > 6000 or abs(len(before) - len(after)) > _MOST:
        return None
    start = next(
        (at for at, (a, b) in enumerate(zip(before, after, strict=False)) if a != b), min(len(before), len(after))
    )
    end = 0
    while end < min(len(before), len(after)) - start and before[-1 - end] == after[-1 - end]:
        end += 1
    gone, come = before[start : len(before) - end], after[start : len(after) - end]
    if not 0 < len(gone) + len(come) <= _MOST or [one.lower() for one in gone] == [one.lower() for one in come]:
        return None
    if all(re.fullmatch(r"[\W_]+", one) for one in gone + come) and not set(gone + come) & set("<>=!*+-/%"):
        return None  # brackets and commas may change nothing
    kind = _kind(gone, come, after[:start])
    if kind == "config in file":
        fact = _settings(gone, come)
        return None if fact is None else (kind, fact)
    return None if kind is None else ("macro body" if macro else kind, _fact(gone, come, kind if macro else ""))


def _settings(gone: list[str], come: list[str]) -> str | None:
    """Return the one setting of a config() that changed; None where it is another number of them."""
    before, after = ({} if not one else dict(_SETTING.findall(one[0])) for one in (gone, come))
    changed = sorted(key for key in {*before, *after} if before.get(key) != after.get(key))
    if len(changed) != 1:
        return None
    return f"{changed[0]}: {_leaf(before.get(changed[0]))} -> {_leaf(after.get(changed[0]))}"


def _unequal(gone: list[str], come: list[str]) -> tuple[list[str], list[str]]:
    matcher = difflib.SequenceMatcher(None, gone, come, autojunk=False)
    less, more = [], []
    for tag, a, b, c, d in matcher.get_opcodes():
        if tag != "equal":
            less += gone[a:b]
            more += come[c:d]
    return less, more


def _kind(gone: list[str], come: list[str], before: list[str]) -> str | None:
    words = {one.lower() for one in gone + come}
    if any(one.startswith("{%") for one in words):
        return "Jinja statement"
    if any(re.match(r"\{\{-?\s*config\b", one) for one in words):
        return "config in file" if len(gone) <= 1 and len(come) <= 1 else None
    if words <= _JOINS:
        return "join type"
    if words == {"distinct"}:
        return "distinct"
    if words <= {"union", "all"}:
        return "set operation"
    if any(one.startswith("{{") and ("ref(" in one or "source(" in one) for one in words):
        return "reads another relation"
    clause, depth = _clause([*before, *come[:1]] if not gone else before)
    if clause in _NAMED:
        return _NAMED[clause]
    if clause != "select":
        return None
    if words & {"::", "cast", "try_cast", "safe_cast"} or (words & _TYPES and words <= _TYPES | set("(),0123456789")):
        return "cast"
    whole = depth == 0 and (gone or come)[-1 if (gone or come)[-1] == "," else 0] == ","
    if whole and not gone:
        return "column added"
    return "column removed" if whole and not come else "expression"


_NAMED = {
    "where": "filter",
    "having": "filter",
    "qualify": "filter",
    "on": "join condition",
    "using": "join condition",
    "group": "grouping",
    "limit": "limit",
}


def _clause(before: list[str]) -> tuple[str, int]:
    """Return the clause that stands open behind tokens, and how many brackets were opened in it."""
    open_clauses: list[str] = []
    clause, depth = "", 0
    depths: list[int] = []
    for token in before:
        low = token.lower()
        if low == "(":
            open_clauses.append(clause)
            depths.append(depth)
            depth += 1
        elif low == ")" and open_clauses:
            clause, depth = open_clauses.pop(), depths.pop()
        elif _CLAUSES.fullmatch(low):
            clause, depth = low, 0
    return clause, depth


def _fact(gone: list[str], come: list[str], clause: str) -> str:
    """Return what went and what came: words of SQL and numbers as they are, everything else by its sort."""
    sides = [" ".join(map(_word, one)) or "nothing" for one in (gone, come)]
    said = " -> ".join(one if one.count(" ") < 8 else "several words" for one in sides)
    return f"{clause}: {said}" if clause else said


def _word(token: str) -> str:
    low = token.lower()
    if low in _SAID or re.fullmatch(r"[\d.]+|[^\w\s]+", token):
        return low.replace("|", "¦")
    if token[0] == "'":
        return "TEXT"
    return "JINJA" if token[0] == "{" else "NAME"


def settings_changed(old: str, new: str) -> list[tuple[str, ...]]:
    """Return the paths of the values that two YAML texts hold differently. Raises YAMLError."""
    import yaml

    before, after = (dict(_leaves(yaml.safe_load(one), ())) for one in (old, new))
    return [path for path in {**before, **after} if before.get(path) != after.get(path)]


def _yaml(edit: Edit, *, project: bool) -> Label | None:
    import yaml

    try:
        changed = settings_changed(edit.old, edit.new)
        before, after = (dict(_leaves(yaml.safe_load(one), ())) for one in (edit.old, edit.new))
    except (yaml.YAMLError, ValueError):
        return None
    if len(changed) != 1:
        return None
    path = changed[0]
    fact = f"{path[-1]}: {_leaf(before.get(path))} -> {_leaf(after.get(path))}"
    if project and path[0] == "vars":
        return "var", fact
    if project and path[0] in ("models", "seeds", "snapshots") and path[-1].startswith("+") and path[-1] not in _QUIET:
        return "config in dbt_project.yml", fact
    quiet = {"columns", "meta", "tags", "docs"} & {*path}
    if not project and path[0] == "models" and "config" in path and not quiet:
        return "config in properties", fact
    return None


def _leaves(value: Any, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], object]]:
    if isinstance(value, dict):
        for key, one in value.items():
            yield from _leaves(one, (*path, str(key)))
    elif isinstance(value, list) and all(isinstance(one, dict) and "name" in one for one in value):
        for one in value:
            yield from _leaves(one, (*path, str(one["name"])))
    else:
        yield path, repr(value)


def _leaf(value: object) -> str:
    text = "nothing" if value is None else str(value)
    return text if len(text) <= 30 and "|" not in text else "another"


def _seed(old: str, new: str) -> Label | None:
    before, after = old.replace("\r\n", "\n").split("\n"), new.replace("\r\n", "\n").split("\n")
    if before[0] != after[0]:
        return None
    gone, come = _unequal([one for one in before if one], [one for one in after if one])
    if not 0 < len(gone) + len(come) <= 4:
        return None
    if len(gone) == len(come):
        return "seed value", "value changed"
    return "seed value", "row added" if len(come) > len(gone) else "row removed"
