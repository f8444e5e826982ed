"""Edits that change what a locked model is or makes, by kind, each with the cause that a finding must name."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple

Files = dict[str, str]
Change = Callable[[str, random.Random], "str | None"]

# What the interface of a lock holds: a change of it is told as such, with the old and the new value.
INTERFACE = frozenset(
    {"materialized", "database", "schema", "alias", "unique_key", "on_schema_change", "access", "group"}
)


class Edited(NamedTuple):
    """A project after an edit: the one file that changed, and how a finding names the cause."""

    files: Files
    path: str
    cause: str


def _sub(pattern: str, *by: str) -> Change:
    """Put one of some texts in the place of one match; `{n}` is a number."""

    def make(text: str, chance: random.Random) -> str | None:
        found = list(re.finditer(pattern, text))
        if not found:
            return None
        one = chance.choice(found)
        new = one.expand(chance.choice(by).replace("{n}", str(chance.randint(11, 9999))))
        return text[: one.start()] + new + text[one.end() :]

    return make


def _one_of(*makers: Change) -> Change:
    def make(text: str, chance: random.Random) -> str | None:
        for maker in chance.sample(makers, len(makers)):
            new = maker(text, chance)
            if new is not None and new != text:
                return new
        return None

    return make


_CONDITION = r"(?<=[\w)}}'])"
FILTER = _one_of(
    _sub(r"\bwhere (?=\w)", "where amount_{n} > {n} and ", "where not is_gone_{n} and ", "where 'x{n}' <> region and "),
    _sub(r"(?<=where )(\w[\w.]*) (<>|>=|>|=) ", r"\1 <= ", r"\1 != "),
    _sub(r"\n +and not \w+|\n +and orders\.amount_cents > 0", ""),
    _sub(r"(?<=having count\(\*\) > )1|(?<=amount_cents > )0", "{n}"),
    _sub(r"(?<=<> )'cancelled'|(?<=>= )500", "{n}"),
)
JOINS = _sub(r"\b(?:left|inner) join\b", "full join", "right join", "join", "cross join")
ON = _one_of(
    _sub(r"\bon (\w[\w.]*) = (\w[\w.]*)", r"on \1 = \2 and \1 > {n}", r"on \1 >= \2", r"on \1 = coalesce(\2, {n})"),
    _sub(r"\bon (\w+\.)(\w+) = ", r"on \g<1>other_{n} = "),
)
CAST = _one_of(
    _sub(r"(?<=as )integer(?=\))", "bigint", "varchar", "decimal({n}, 2)"),
    _sub(r"::date\b", "::timestamp", ""),
    _sub(r"decimal\(18, 2\)", "decimal(18, {n})", "double", "integer"),
    _sub(r"(?m)^(\s+)(\w+\.\w+),$", r"\1\2::varchar({n}),", r"\1cast(\2 as varchar),"),
)
EXPRESSION = _one_of(
    _sub(r"\bsum\(", "max(", "avg("),
    _sub(r"\bcount\(\*\)", "count(distinct customer_id)", "count({n})"),
    _sub(r"\b(?:lower|trim)\(", "upper("),
    _sub(r"'(?:returning|large|new|unknown|high|none)'", "'word_{n}'"),
    _sub(r"(?<=coalesce\()(\w[\w.]*), \S+?(?=\))", r"\1, {n}"),
    _sub(r"(?m)^(\s+)(\w+\.\w+),$", r"\1coalesce(\2, {n}) as \2_{n},"),
)
ADDED = _one_of(
    _sub(
        r"\bselect\n",
        "select\n    {n} as extra,\n",
        "select\n    'x' as extra_{n},\n",
        "select\n    now() as at_{n},\n",
    ),
    _sub(r"(?<=\n)select (?=order_id)", "select {n} as extra, "),
)
REMOVED = _sub(r"(?m)^ +[\w.]+(?: as \w+)?,\n", "")
GROUP = _one_of(
    _sub(r"\bgroup by (\w+)", r"group by \1, {n}", r"group by other_{n}, \1"),
    _sub(r"\bgroup by [\w, ]+", "group by all"),
)
LIMIT = _one_of(_sub(r"limit \d+", "limit {n}"), _sub(r"\n\Z", "\nlimit {n}\n"))
DISTINCT = _one_of(_sub(r"select distinct\b", "select"), _sub(r"\bselect\n", "select distinct\n"))
UNION = _sub(r"union all", "union", "except", "intersect")
READS = _one_of(
    _sub(r"ref\('\w+'\)", "ref('stg_other_{n}')", "ref('rates_{n}')"),
    _sub(r"source\('raw', '\w+'\)", "source('raw', 'events_{n}')", "source('raw_{n}', 'orders')"),
)
JINJA = _one_of(
    _sub(r"\{% if is_incremental\(\) %\}", "{% if is_incremental() and {n} %}", "{% if not is_incremental() %}"),
    _sub(r"not loop\.last", "not loop.first", "loop.index < {n}"),
    _sub(r"target\.type == 'bigquery'", "target.type == 'snowflake'", "target.name == 'p{n}'"),
    _sub(r"digits=\d+|decimal_places=\d+", "digits={n}"),
    _sub(r"(?<=\n)(select)\b", r"{% set extra = {n} %}\n\1"),
)
LITERAL = _sub(r"(?<=[ }(])\d+(?:\.\d+)?(?=[ ,)\n{])", "{n}")
SQL: dict[str, Change] = {
    "filter": FILTER,
    "join type": JOINS,
    "join condition": ON,
    "cast": CAST,
    "expression": EXPRESSION,
    "column added": ADDED,
    "column removed": REMOVED,
    "grouping": GROUP,
    "limit": LIMIT,
    "distinct": DISTINCT,
    "set operation": UNION,
    "reads another relation": READS,
    "Jinja statement": JINJA,
}


def apply(files: Mapping[str, str], kind: str, fact: str, chance: random.Random) -> Edited:
    """Return a project after one edit of a kind; where a fact names a setting or a sort of value, it is that one."""
    if kind in SQL:
        return _in_models(files, SQL[kind], chance)
    if kind == "macro body":
        return _in_macros(files, chance)
    if kind == "seed value":
        return _in_seed(files, fact, chance)
    if kind == "var":
        return _in_vars(files, chance)
    return _in_settings(files, kind, fact, chance)


def _in_models(files: Mapping[str, str], change: Change, chance: random.Random) -> Edited:
    paths = [path for path in files if path.startswith("models/") and path.endswith(".sql")]
    for path in chance.sample(paths, len(paths)):
        new = change(files[path], chance)
        if new is not None and new != files[path]:
            name = path.rpartition("/")[2].removesuffix(".sql")
            cause = f"ephemeral {name} changed ({path}:1)" if "/staging/" in path else f"its own SQL changed ({path}:1)"
            return Edited({**files, path: new}, path, cause)
    raise LookupError("nothing to edit")


def _in_macros(files: Mapping[str, str], chance: random.Random) -> Edited:
    """Edit one macro that a locked model reaches: what it says or what it decides by."""
    found = [one for path, text in files.items() if path.startswith("macros/") for one in _macros(path, text)]
    reached = [one for one in found if one[1] != "nobody_calls"]
    for path, name, start, end in chance.sample(reached, len(reached)):
        text = files[path]
        new = _one_of(JINJA, LITERAL, CAST, EXPRESSION, _sub(r"\bround\(|\bdate\(", "floor("))(text[start:end], chance)
        if new is not None:
            line = text.count("\n", 0, start) + 1
            made = text[:start] + new + text[end:]
            return Edited({**files, path: made}, path, f"macro shop.{name} changed ({path}:{line})")
    raise LookupError("nothing to edit")


def _macros(path: str, text: str) -> Iterator[tuple[str, str, int, int]]:
    for found in re.finditer(r"\{%-?\s*macro (\w+).*?endmacro\s*-?%\}", text, re.DOTALL):
        yield path, found[1], found.start(), found.end()


def _in_seed(files: Mapping[str, str], fact: str, chance: random.Random) -> Edited:
    path = chance.choice([path for path in files if path.endswith(".csv")])
    rows = files[path].rstrip("\n").split("\n")
    at = chance.randrange(1, len(rows))
    if fact == "row added":
        rows.insert(at, f"x{chance.randint(10, 99)}," + ",".join(rows[at].split(",")[1:]))
    elif fact == "row removed":
        del rows[at]
    else:
        cells = rows[at].split(",")
        cells[chance.randrange(len(cells))] = str(chance.randint(100, 999))
        rows[at] = ",".join(cells)
    name = path.rpartition("/")[2].removesuffix(".csv")
    return Edited({**files, path: "\n".join(rows) + "\n"}, path, f"seed {name} changed ({path}:1)")


def _in_vars(files: Mapping[str, str], chance: random.Random) -> Edited:
    path, number = "dbt_project.yml", chance.randint(11, 9999)
    name, old, new = chance.choice(
        [
            ("minimum", "minimum: 5", f"minimum: {number}"),
            ("minimum", "minimum: 5", 'minimum: "5"'),
            ("start_date", '"2024-01-01"', f'"{number:04}-01-01"'),
            ("regions", "south]", f"south, r{number}]"),
            ("regions", "[north, south]", "[south, north]"),
        ]
    )
    made = files[path].replace(old, new)
    line = next(at for at, one in enumerate(made.split("\n"), start=1) if f"{name}:" in one)
    return Edited({**files, path: made}, path, f"var {name} changed ({path}:{line})")


def _in_settings(files: Mapping[str, str], kind: str, fact: str, chance: random.Random) -> Edited:
    key = fact.partition(":")[0].lstrip("+") or chance.choice(["alias", "schema", "cluster_by", "pre_hook"])
    value = _value(key, fact, chance)
    if kind == "config in dbt_project.yml":
        path = "dbt_project.yml"
        text = re.sub(rf"(?m)^      \+{key}:.*\n", "", files[path])
        new = text.replace("    marts:\n", f"    marts:\n      +{key}: {value}\n")
    elif kind == "config in properties":
        path = "models/schema.yml"
        # of two models the one whose own file does not set it: that would count more
        head = "  - name: fct_days\n" if f"{key}=" in files["models/marts/fct_orders.sql"] else "  - name: fct_orders\n"
        if head.endswith("fct_orders\n"):
            new = re.sub(rf"(?m)^      {key}:.*\n", "", files[path])
            new = new.replace("    config:\n", f"    config:\n      {key}: {value}\n", 1)
        else:
            new = files[path].replace(head, f"{head}    config: {{{key}: {value}}}\n", 1)
    else:
        path = "models/marts/fct_orders.sql"
        text = re.sub(rf",? *\b{key}='[^']*'", "", files[path])
        new = text.replace("{{ config(", f"{{{{ config({key}={value}, ", 1)
    return Edited({**files, path: new}, path, _cause(key))


_HOOKS = {"post_hook": "post-hook", "pre_hook": "pre-hook"}


def _cause(key: str) -> str:
    if key == "enabled":
        return "was disabled"
    return f"changed: {key} was" if key in INTERFACE else f"config {_HOOKS.get(key, key)} c"


def _value(key: str, fact: str, chance: random.Random) -> str:
    """The new value that the fact names, where it can be written everywhere and is another one here."""
    new = fact.rpartition("-> ")[2].strip().strip("'\"")
    if key == "enabled":
        return "false"
    if key == "materialized":
        return f"'{new if new in ('view', 'ephemeral') else 'view'}'"
    if key in ("access", "on_schema_change"):
        return {"access": "'public'", "on_schema_change": "'append_new_columns'"}[key]
    return f"'{new}_{chance.randint(11, 9999)}'" if re.fullmatch(r"\w+", new) else f"'x{chance.randint(11, 9999)}'"
