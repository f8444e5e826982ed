"""dbt's own names in Jinja, as far as sources decide what they give.

https://docs.getdbt.com/reference/dbt-jinja-functions
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, cast

from ringfence.domain.namedtuple import NamedTuple
from ringfence.sql.openvalues import (
    MAX_ITEMS,
    UNDEFINED,
    Bound,
    Cell,
    Jinja,
    Open,
    Undefined,
    first_open,
    opened,
)
from ringfence.sql.shape import Relation

if TYPE_CHECKING:
    from collections.abc import Callable

    from ringfence.sql.skeleton import Template

    Function = Callable[["Asked"], Jinja]


class Asked(NamedTuple):
    """One call of a function of dbt's: what it is given, and in which line."""

    template: Template
    args: list[Jinja]
    keywords: dict[str, Jinja]
    line: int

    def hidden(self, what: str) -> Open:
        """Return what makes the call open: an argument, or the call itself."""
        return first_open(self.args) or Open(what)


_OPEN_NAMES = frozenset(
    {
        "target", "flags", "model", "graph", "invocation_id", "run_started_at", "modules", "project_name",
        "dbt_version", "thread_id", "selected_resources", "schemas", "database", "schema", "env_var",
        "config", "adapter", "api", "exceptions", "invocation_args_dict", "local_md5", "builtins", "context", "caller",
    }
)  # fmt: skip


def value(template: Template, name: str) -> Jinja:
    """Return what a name of the context is worth, None where it is none of dbt's."""
    if name == "execute":
        return True  # what is built is rendered with it
    if name == "this":
        return template.reading.upstream(Relation("this", ()))
    if name == "target.type" and template.reading.adapter is not None:
        return template.reading.adapter
    head = name.split(".", 1)[0]
    if name in FUNCTIONS:
        return Bound(name, lambda args, keywords: FUNCTIONS[name](Asked(template, args, keywords, 1)))
    return Open(name, name) if head in _OPEN_NAMES or head == "this" else None


def _names(asked: Asked, smallest: int, largest: int) -> list[str] | None:
    """Return the arguments as names, None where they are not plain texts or not so many."""
    names = [arg for arg in asked.args if isinstance(arg, str) and not asked.template.holds_marker(arg)]
    return names if smallest <= len(names) <= largest and len(names) == len(asked.args) else None


def _ref(asked: Asked) -> Jinja:
    names = _names(asked, 1, 2)
    version = asked.keywords.get("version", asked.keywords.get("v"))
    if names is None or not isinstance(version, str | int | float | None):
        return opened(version) or asked.hidden("ref() of a name that is not known")
    return asked.template.reading.upstream(Relation("ref", tuple(names), None if version is None else str(version)))


def _source(asked: Asked) -> Jinja:
    names = _names(asked, 2, 2)
    if names is None:
        return asked.hidden("source() of a name that is not known")
    return asked.template.reading.upstream(Relation("source", tuple(names)))


def _var(asked: Asked) -> Jinja:
    names = _names(asked._replace(args=asked.args[:1]), 1, 1)
    if names is None:
        return asked.hidden("var()")
    name = names[0]
    found = asked.template.reading.variable(name)
    if isinstance(found, Undefined):
        found = asked.args[1] if len(asked.args) > 1 else asked.keywords.get("default", UNDEFINED)
    elif isinstance(found, str) and "{{" in found:
        return asked.template.rendered(found, asked.line)  # dbt renders what vars: holds
    return Open(f"var('{name}')", f"var {name}") if isinstance(found, Undefined) else found


def _env_var(asked: Asked) -> Jinja:
    names = _names(asked._replace(args=asked.args[:1]), 1, 1)
    if names is None:
        return asked.hidden("env_var()")
    asked.template.reading.env_vars[names[0]] = None
    return Open(f"env_var('{names[0]}')", f"env_var {names[0]}")


def _is_incremental(asked: Asked) -> Jinja:
    asked.template.reading.incremental = True
    return Open("is_incremental()", "is_incremental()")


def _nothing(_: Asked) -> Jinja:
    return ""


def _dict(asked: Asked) -> Jinja:
    return dict(asked.keywords) if not asked.args and "**" not in asked.keywords else asked.hidden("dict()")


def _range(asked: Asked) -> Jinja:
    args = asked.args
    if not 1 <= len(args) <= 3 or not all(isinstance(arg, int) for arg in args) or args[2:] == [0]:
        return asked.hidden("range()")
    numbers = range(*cast("list[int]", args))
    return Open("a range too large to follow") if numbers[MAX_ITEMS:] else list(numbers)


def _set(asked: Asked) -> Jinja:
    """Return the items once each; in which order a run meets several is not known."""
    held = asked.args[0] if len(asked.args) == 1 else None
    if not isinstance(held, list) or first_open(held) is not None:
        return asked.hidden("set()")
    items = list(dict.fromkeys(map(str, held)))
    return items if len(items) < 2 else Open("the order of a set")


def _zip(asked: Asked) -> Jinja:
    if not asked.args or not all(isinstance(arg, list) for arg in asked.args):
        return asked.hidden("zip()")
    return [list(row) for row in zip(*cast("list[list[Jinja]]", asked.args), strict=False)]


def _fromjson(asked: Asked) -> Jinja:
    text = asked.args[0] if asked.args else None
    if not isinstance(text, str) or asked.template.holds_marker(text):
        return asked.hidden("fromjson()")
    try:
        return cast("Jinja", json.loads(text))
    except (ValueError, RecursionError):
        return asked.args[1] if len(asked.args) > 1 else asked.keywords.get("default")


def _tojson(asked: Asked) -> Jinja:
    hidden = first_open(asked.args)
    if hidden is not None or not asked.args:
        return hidden or Open("tojson()")
    try:
        return json.dumps(asked.args[0], sort_keys=asked.keywords.get("sort_keys") is True)
    except (TypeError, ValueError):
        return Open("tojson()")


def _quote(asked: Asked) -> Jinja:
    adapter = asked.template.reading.adapter
    if len(asked.args) != 1 or not isinstance(asked.args[0], str) or adapter is None:
        return asked.hidden("adapter.quote()")
    mark = "`" if adapter in ("bigquery", "spark", "databricks", "mysql") else '"'
    return f"{mark}{asked.args[0]}{mark}"


def _type(asked: Asked) -> Jinja:
    return asked.template.reading.adapter or Open("adapter.type()", "target.type")


def _translated_type(asked: Asked) -> Jinja:
    """Return what dbt-duckdb writes for a type: https://docs.getdbt.com/reference/dbt-classes#column."""
    names = _names(asked, 1, 1)
    if names is None or asked.template.reading.adapter != "duckdb":
        return asked.hidden("api.Column.translate_type()")
    return "TEXT" if names[0].upper() == "STRING" else names[0]


FUNCTIONS: dict[str, Function] = {
    "ref": _ref,
    "builtins.ref": _ref,
    "source": _source,
    "builtins.source": _source,
    "var": _var,
    "env_var": _env_var,
    "is_incremental": _is_incremental,
    "should_full_refresh": lambda _: Open("should_full_refresh()", "should_full_refresh()"),
    "config": _nothing,
    "log": _nothing,
    "print": _nothing,
    "exceptions.warn": _nothing,
    "namespace": lambda asked: Cell(dict(asked.keywords)),
    "dict": _dict,
    "fromjson": _fromjson,
    "tojson": _tojson,
    "range": _range,
    "set": _set,
    "set_strict": _set,
    "zip": _zip,
    "zip_strict": _zip,
    "adapter.quote": _quote,
    "adapter.type": _type,
    "api.Column.translate_type": _translated_type,
}
