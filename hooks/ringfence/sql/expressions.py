"""Syntax tree of SQL expressions to terms: what a value is made of, by names that the type tables know."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ringfence.sql.choices import EITHER
from ringfence.sql.identifiers import name_of
from ringfence.sql.shape import Cast, Column, Function, Gap, Hidden, Scalar, Value

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from sqlglot.expressions import Expr as Expression

    from ringfence.sql.columns import Columns
    from ringfence.sql.shape import Term

# Wrappers that leave the type of what they hold as it is.
_AS_IS = frozenset({"paren", "filter", "ignorenulls", "respectnulls", "order", "ordered", "having", "limit"})
_BOOLEAN = frozenset(
    {
        "and", "or", "xor", "not", "eq", "neq", "gt", "gte", "lt", "lte", "nullsafeeq", "nullsafeneq", "is", "in",
        "between", "like", "ilike", "similarto", "regexplike", "regexpilike", "exists", "any", "all", "startswith",
        "endswith", "glob",
    }
)  # fmt: skip
# sqlglot's types by the names DuckDB prints: https://duckdb.org/docs/stable/sql/data_types/overview
_DUCKDB_TYPES = {
    "BOOLEAN": "BOOLEAN", "TINYINT": "TINYINT", "SMALLINT": "SMALLINT", "INT": "INTEGER", "BIGINT": "BIGINT",
    "INT128": "HUGEINT", "HUGEINT": "HUGEINT", "UTINYINT": "UTINYINT", "USMALLINT": "USMALLINT", "UINT": "UINTEGER",
    "UBIGINT": "UBIGINT", "FLOAT": "FLOAT", "DOUBLE": "DOUBLE", "VARCHAR": "VARCHAR", "TEXT": "VARCHAR",
    "CHAR": "VARCHAR", "BPCHAR": "VARCHAR", "DATE": "DATE", "TIMESTAMP": "TIMESTAMP",
    "DATETIME": "TIMESTAMP", "TIMESTAMPNTZ": "TIMESTAMP",
    "TIMESTAMPTZ": "TIMESTAMP WITH TIME ZONE", "TIME": "TIME", "TIMETZ": "TIME WITH TIME ZONE",
    "INTERVAL": "INTERVAL", "JSON": "JSON", "UUID": "UUID", "BLOB": "BLOB", "VARBINARY": "BLOB", "BINARY": "BLOB",
    "TIMESTAMP_S": "TIMESTAMP_S", "TIMESTAMP_MS": "TIMESTAMP_MS", "TIMESTAMP_NS": "TIMESTAMP_NS",
}  # fmt: skip
# Types that every adapter spells and means alike; the rest waits for tables of the adapter's own.
_COMMON_TYPES = {"BOOLEAN": "BOOLEAN", "DATE": "DATE"}
_WHOLE = re.compile(r"\d+", re.ASCII)
_FRACTION = re.compile(r"(\d*)\.(\d*)", re.ASCII)
_PLAIN = re.compile(r"[a-z_][a-z0-9_]*", re.ASCII)
# Aggregates whose unnamed result DuckDB calls by the text of the call, in every version tried.
_NAMED = frozenset({"sum", "min", "max", "avg", "count"})


class Terms:
    """Reads the expressions of one query: `here` is the query whose columns they use, `scope` the CTEs they see."""

    def __init__(self, columns: Columns, scope: Mapping[str, int], here: int | None) -> None:
        self._columns, self._scope, self._here = columns, scope, here
        self._duckdb = columns.adapter == "duckdb"

    def term(self, node: Expression) -> Term:
        """Return what an expression is worth."""
        key = node.key
        if key == "column":
            return self._column(node)
        if key in _AS_IS:
            return self.term(node.this) if node.this is not None else Hidden(key, tuple(self._parts(node)))
        if key == "distinct" and len(node.expressions) == 1:
            return self.term(node.expressions[0])
        if key == "literal":
            return self._literal(node)
        if key in ("null", "boolean"):
            return Value("NULL" if key == "null" else "BOOLEAN", key == "null")
        if key in ("cast", "trycast"):
            return self._cast(node)
        if key in ("case", "if"):
            return self._case(node)
        if key == "neg" and node.this.key == "literal" and not node.this.args.get("is_string"):
            value = self._literal(node.this)
            return Value(value.type, False, f"-{value.literal}" if value.literal else "")
        return self._compound(node)

    def function(self, name: str, args: tuple[Term, ...]) -> Function:
        """Return a function that the tables know by a name of ours."""
        return Function(name, args)

    def _compound(self, node: Expression) -> Term:
        key = node.key
        if key == "window":
            return self._window(node)
        if key == "subquery" or key in ("select", "union"):
            return Scalar(self._columns.query(node, self._scope, self._here))
        if key in _BOOLEAN:
            return Function("boolean", tuple(self._parts(node)), (key,))
        if key == "withingroup":
            return Function(node.this.key, tuple(self._parts(node.expression)))
        if key in ("anonymous", "anonymousaggfunc"):
            name = str(node.this).lower()
            parts = node.expressions
            if name == EITHER:
                return Function("either", tuple(self.term(part) for part in parts))
            if name in ("date_part", "datepart") and len(parts) == 2 and parts[0].args.get("is_string"):
                return Function("extract", (self.term(parts[1]),), (parts[0].this.lower(),))
            return Function(f"{name}()", tuple(self.term(part) for part in parts))
        if key == "dot":
            return Hidden("a field of a struct", tuple(self._parts(node)))
        if key == "bracket":
            sliced = len(node.expressions) == 1 and node.expressions[0].key == "slice"
            return Function("slice" if sliced else "element", (self.term(node.this),))
        if key in ("timestamptrunc", "datetrunc", "extract", "interval", "round"):
            return Function(key, tuple(self._parts(node)), self._options(node))
        return Function(key, tuple(self._parts(node)))

    def _options(self, node: Expression) -> tuple[str, ...]:
        """Return the words that decide a type: the unit of a date function, how many places ROUND keeps."""
        for name in ("unit", "this", "decimals"):
            part = node.args.get(name)
            if part is not None and part.key in ("var", "literal"):
                return (str(part.this).lower(),)
        return ("?",) if node.args.get("decimals") is not None else ()

    def _column(self, node: Expression) -> Term:
        made = self._columns.marked(node)
        if isinstance(made, Gap):
            return Hidden(made.why)
        name = name_of(node.this, self._columns.adapter)
        held = self._columns.holds(name)
        if made is not None or held is not None:
            return Hidden(held.why if held is not None else "a relation used as a value")
        table = node.args.get("table")
        if table is None:
            return Column(name)
        if node.args.get("catalog") is None and node.args.get("db") is not None:
            return Hidden("a name in three parts", (Column(name, name_of(table, self._columns.adapter)),))
        qualifier: str | Gap = name_of(table, self._columns.adapter)
        if isinstance(qualifier, str) and self._columns.holds(qualifier) is not None:
            qualifier = self._columns.qualifier(qualifier)
        return Hidden(qualifier.why) if isinstance(qualifier, Gap) else Column(name, qualifier)

    def _literal(self, node: Expression) -> Value:
        if node.args.get("is_string"):
            return Value("VARCHAR" if self._duckdb else "", False, "'")
        if not self._duckdb or (node.this.startswith("0.") and self._columns.bare_fraction):
            return Value("")
        return number(node.this)

    def _cast(self, node: Expression) -> Term:
        made = Cast(self.term(node.this), self.type_name(node.args["to"]), node.key == "trycast")
        inner = node.this
        if inner.key == "cast" and inner.this.key == "literal" and self._columns.cast_literal:
            return Hidden("a cast of a literal with a type before it", (made,))
        return made

    def _case(self, node: Expression) -> Term:
        branches = node.args.get("ifs") or [node]
        values = [self.term(branch.args["true"]) for branch in branches]
        default = node.args.get("default" if node.key == "case" else "false")
        values.append(Value("NULL", True) if default is None else self.term(default))
        conditions = [self.term(branch.this) for branch in branches if branch.this is not None]
        if node.key == "case" and node.this is not None:
            conditions.append(self.term(node.this))
        return Function("case", (*values, Function("when", tuple(conditions))))

    def _window(self, node: Expression) -> Term:
        inner = node.this
        while inner.key in ("ignorenulls", "respectnulls", "filter"):
            inner = inner.this
        return self.term(inner)

    def _parts(self, node: Expression) -> Iterator[Term]:
        """Yield the terms of what stands directly inside; words and options are left out."""
        for part in node.args.values():
            for held in part if isinstance(part, list) else (part,):
                if held is not None and not isinstance(held, str | bool | int):
                    yield from self._part(held)

    def _part(self, node: Expression) -> Iterator[Term]:
        if node.key in ("var", "identifier", "datatype", "star", "where", "order", "windowspec", "intervalspan"):
            return
        if node.key in ("propertyeq", "kwarg", "tuple", "jsonkeyvalue"):
            yield from self._parts(node)
        else:
            yield self.term(node)

    def type_name(self, node: Expression) -> str:
        """Return the type that a cast gives, as the engine prints it; empty where no table tells."""
        kind = node.this if isinstance(node.this, str) else getattr(node.this, "name", "")
        inner = node.expressions
        if not self._duckdb:
            return "" if inner else _COMMON_TYPES.get(kind, "")
        if kind in ("ARRAY", "LIST") and len(inner) == 1 and inner[0].key == "datatype" and not node.args.get("values"):
            held = self.type_name(inner[0])
            return f"{held}[]" if held else ""
        if kind == "DECIMAL":
            sizes = [str(size.this.this) for size in inner]
            # https://duckdb.org/docs/stable/sql/data_types/numeric#fixed-point-decimals
            width, scale = (*sizes, "0")[:2] if sizes else ("18", "3")
            return f"DECIMAL({width},{scale})"
        return _DUCKDB_TYPES.get(kind, "") if kind in _TEXT or not inner else ""

    def given_name(self, node: Expression) -> str | None:
        """Return the name that the engine gives an expression without alias, where it is known to."""
        if not self._duckdb:
            return None
        if node.key == "count" and node.this is not None and node.this.key == "star":
            return "count_star()"
        argument = node.this if node.key in _NAMED and not node.expressions else None
        if argument is None or argument.key != "column" or argument.args.get("table") is not None:
            return None
        name = argument.name
        quoted = argument.this.args.get("quoted")
        return f"{node.key}({name})" if _PLAIN.fullmatch(name) and not quoted and "_" in name else None


_TEXT = frozenset({"VARCHAR", "TEXT", "CHAR", "BPCHAR"})  # their length changes nothing in DuckDB


def number(text: str) -> Value:
    """Return a number as DuckDB types it: by its size, or by its digits."""
    if _WHOLE.fullmatch(text):
        size = int(text[:40])
        kind = "INTEGER" if size < 2**31 else "BIGINT" if size < 2**63 else "HUGEINT" if size < 2**127 else ""
        return Value(kind, False, text if kind in ("INTEGER", "BIGINT") else "")
    found = _FRACTION.fullmatch(text)
    if found is None:
        return Value("DOUBLE" if "e" in text.lower() else "")
    whole, fraction = found[1], found[2]
    if len(whole) > 1 and whole.startswith("0"):
        return Value("")
    width = len(whole) + len(fraction)
    return Value(f"DECIMAL({width},{len(fraction)})" if 1 <= width <= 38 else "")
