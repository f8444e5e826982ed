"""Syntax tree of SQL to the queries of a shape: what each selects from what, scopes resolved, nothing typed yet."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ringfence.sql import marker
from ringfence.sql.csvfile import reads_texts
from ringfence.sql.expressions import Terms
from ringfence.sql.identifiers import name_of
from ringfence.sql.shape import (
    Column,
    Gap,
    Hidden,
    Item,
    Merged,
    Query,
    Recursion,
    Relation,
    Rows,
    Select,
    Source,
    Spread,
    Star,
    Union,
)
from ringfence.sql.turned import turned

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from sqlglot.expressions import Expr as Expression

    from ringfence.sql.marker import Marked

# The query that stands for each CTE that is in scope, by folded name.
Scope = dict[str, int]

_SET_OPERATIONS = frozenset({"union", "except", "intersect"})
# What the tree does not keep, though it decides a type or a name: `.5` for `0.5`, `+a` for `a`, which of two casts
# comes first in `date '2020-01-01'::text`.
_BARE_FRACTION = re.compile(r"(?<![\w.\])\"])\.\d", re.ASCII)
_FRACTION = re.compile(r"\.\d")
_CAST_LITERAL = re.compile(r"[a-z]\s*'(?:[^']|'')*'\s*::", re.IGNORECASE)
_UNARY_PLUS = re.compile(r"(?:\bselect|\bdistinct|,)\s*\+", re.IGNORECASE)


class Columns:
    """Builds the queries of one statement after the other, all into one list."""

    def __init__(
        self, adapter: str | None, markers: Sequence[Marked], relation: Callable[[tuple[str, ...]], Relation | None]
    ) -> None:
        self.adapter = adapter
        self.queries: list[Query] = []
        self.ctes: dict[str, None] = {}
        self.text = ""
        self.bare_fraction = self.cast_literal = self._unary_plus = False
        self._markers, self._relation = markers, relation

    def statement(self, tree: Expression, text: str) -> int:
        """Return the position of the query that a statement is; `text` is what it was parsed from."""
        self.text = text
        # each is searched for only where the text has its rarest part: that alone is found ten times as fast
        self.bare_fraction = _FRACTION.search(text) is not None and _BARE_FRACTION.search(text) is not None
        self.cast_literal = "::" in text and _CAST_LITERAL.search(text) is not None
        self._unary_plus = "+" in text and _UNARY_PLUS.search(text) is not None
        return self.query(tree, {}, None)

    def marked(self, node: Expression | None) -> Marked | None:
        """Return what a node stands for where it is a marker alone."""
        if node is None or node.key not in ("column", "identifier", "table"):
            return None
        inner = node if node.key == "identifier" else node.args.get("this")
        if inner is None or inner.key != "identifier" or node.args.get("table") or node.args.get("db"):
            return None
        number = marker.number(inner.this)
        return None if number is None else self.meant(number)

    def meant(self, number: int) -> Marked:
        """Return what the marker of a number stands for; a text may hold the like of one by itself."""
        return self._markers[number] if number < len(self._markers) else Gap("a name that reads like a marker")

    def holds(self, text: str) -> Gap | None:
        """Return the unknown that a name is made of in part, or None."""
        found = marker.PATTERN.search(text)
        if found is None:
            return None
        made = self.meant(int(found[1]))
        return made if isinstance(made, Gap) else Gap("a name that is made of a relation")

    def add(self, query: Query) -> int:
        """Return the position of one more query."""
        self.queries.append(query)
        return len(self.queries) - 1

    def query(self, node: Expression, scope: Mapping[str, int], outer: int | None) -> int:
        """Return the position of the query that a node is."""
        if node.args.get("with_") is not None:
            scope = self._with(node.args["with_"], scope, outer)
        if node.key == "subquery":
            return self.query(node.this, scope, outer)
        if node.key == "select":
            return self._select(node, scope, outer)
        if node.key in _SET_OPERATIONS:
            return self._set_operation(node, scope, outer)
        if node.key == "values":
            return self.add(self._values(node, scope, outer))
        made = self.marked(node)
        if isinstance(made, Gap):
            return self.add(made)
        return self.add(Gap(f"a {node.key} statement"))

    def _with(self, node: Expression, scope: Mapping[str, int], outer: int | None) -> Scope:
        inside = dict(scope)
        for cte in node.expressions:
            alias = cte.args["alias"]
            name = alias.name
            self.ctes[name] = None
            columns = self._alias_columns(alias)
            if node.args.get("recursive") and cte.this.key == "union":
                made = self._recursive(cte, name, inside, outer)
            else:
                made = self.query(cte.this, inside, outer)
            if columns:
                made = self.add(Select((Star(),), (Source(name, made, columns),)))
            inside[name.lower()] = made
        return inside

    def _recursive(self, cte: Expression, name: str, scope: Scope, outer: int | None) -> int:
        made = self.add(Gap(f"the CTE {name}, which reads itself"))
        inside = {**scope, name.lower(): made}
        self.queries[made] = Recursion(self.query(cte.this.this, inside, outer))
        # the second part is seen for what it reads; it can neither name a column nor add one
        self.query(cte.this.expression, inside, outer)
        return made

    def _set_operation(self, node: Expression, scope: Mapping[str, int], outer: int | None) -> int:
        left = self.query(node.this, scope, outer)
        right = self.query(node.expression, scope, outer)
        if node.args.get("side") or node.args.get("kind") or node.args.get("on"):
            return self.add(Gap("a set operation that matches columns of its own choice"))
        return self.add(Union(left, right, "name" if node.args.get("by_name") else "position"))

    def _values(self, node: Expression, scope: Mapping[str, int], outer: int | None) -> Query:
        terms = Terms(self, scope, outer)
        rows = [
            tuple(map(terms.term, row.expressions)) if row.key == "tuple" else (terms.term(row),)
            for row in node.expressions
        ]
        width = max(map(len, rows), default=0)
        if any(len(row) != width for row in rows):
            return Gap("VALUES of rows of different lengths")
        # https://duckdb.org/docs/stable/sql/query_syntax/values
        names = tuple(f"col{position}" if self.adapter == "duckdb" else None for position in range(width))
        return Rows(tuple(rows), names)

    # SELECT

    def _select(self, node: Expression, scope: Mapping[str, int], outer: int | None) -> int:
        here = self.add(Gap("a query that reads itself"))  # its own subqueries name it as the query around them
        sources, open_end = self._from(node, scope, here)
        terms = Terms(self, scope, here)
        items: list[Item | Star | Spread | Gap] = []
        for selection in node.expressions:
            items += self._items(selection, terms)
        if not items:
            items = [Gap("a select list without items")]
        if node.args.get("kind") or node.args.get("into") or node.args.get("operation_modifiers"):
            items = [Gap("SELECT AS STRUCT or another form of SELECT")]
        self.queries[here] = Select(tuple(items), tuple(sources), outer, open_end)
        return here

    def _from(self, node: Expression, scope: Mapping[str, int], here: int) -> tuple[list[Source], str]:
        sources: list[Source] = []
        start = node.args.get("from_")
        if start is not None:
            sources += self._joined(start.this, "", scope, here)
        for lateral in node.args.get("laterals") or ():
            sources.append(self._source(lateral, "cross", scope, here))
        for join in node.args.get("joins") or ():
            sources += self._join(join, scope, here)
        open_end = ""
        for position, source in enumerate(sources):
            gap = self.holds(source.alias)
            if gap is not None:  # text after a relation that reads as its alias: it may add relations and conditions
                sources[position] = source._replace(alias="")
                open_end = gap.why
        return sources, open_end

    def _joined(self, node: Expression, join: str, scope: Mapping[str, int], here: int) -> list[Source]:
        """Return a relation and those joined to it inside its own brackets."""
        if node.key == "paren" or (node.key == "subquery" and node.this.key in ("table", "subquery")):
            if node.args.get("alias") is None and not node.args.get("pivots"):
                inner = self._joined(node.this, join, scope, here)
                return inner + [s for held in node.args.get("joins") or () for s in self._join(held, scope, here)]
            return [Source(node.alias, Gap("a join in brackets with an alias"), (), join)]
        found = [self._source(node, join, scope, here)]
        for held in node.args.get("joins") or ():
            found += self._join(held, scope, here)
        return found

    def _join(self, join: Expression, scope: Mapping[str, int], here: int) -> list[Source]:
        side, kind = (join.args.get("side") or "").lower(), (join.args.get("kind") or "").lower()
        method = (join.args.get("method") or "").lower()
        how = kind if kind in ("semi", "anti") else side or kind or "inner"
        if method == "natural" and how not in ("semi", "anti"):
            how = side or "inner"
        found = self._joined(join.this, how, scope, here)
        using = tuple(name_of(part, self.adapter) for part in join.args.get("using") or ())
        found[0] = found[0]._replace(using=using, natural=method == "natural")
        return found

    def _source(self, node: Expression, join: str, scope: Mapping[str, int], here: int) -> Source:
        if node.key == "alias":  # ClickHouse: ARRAY JOIN of an expression adds a column, and no relation
            return Source("", Gap("ARRAY JOIN"), (), join)
        alias_node = node.args.get("alias")
        alias = name_of(alias_node.this, self.adapter) if alias_node is not None and alias_node.this else ""
        columns = self._alias_columns(alias_node)
        of: int | Relation | Gap
        if node.key == "subquery":
            of = self.query(node.this, self._inner_scope(node, scope, here), here)
        elif node.key == "lateral" and node.this.key == "subquery":
            of = self.query(node.this.this, scope, here)
        elif node.key == "values":
            of = self.add(self._values(node, scope, here))
        elif node.key == "table":
            of = self._table(node, scope, here)
            alias = alias or self._table_name(node, of)
        else:
            of = Gap(f"{node.key} in FROM")
        if isinstance(of, Gap) and columns and node.key in ("unnest", "table"):
            hidden = Hidden(of.why)
            of = self.add(Rows((tuple(hidden for _ in columns),), columns))
        source = Source(alias, of, columns, join)
        for pivot in node.args.get("pivots") or ():
            made = turned(pivot, source, Terms(self, scope, here), self.adapter)
            named = pivot.args.get("alias")
            columns = self._alias_columns(named)
            alias = alias if named is None else name_of(named.this, self.adapter)
            source = Source(alias, self.add(made), columns, join)
        return source

    def _inner_scope(self, node: Expression, scope: Mapping[str, int], here: int) -> Mapping[str, int]:
        return scope if node.args.get("with_") is None else self._with(node.args["with_"], scope, here)

    def _table(self, node: Expression, scope: Mapping[str, int], here: int) -> int | Relation | Gap:
        made = self.marked(node)
        if isinstance(made, Relation | Gap):
            return made
        if isinstance(made, Merged):
            return self.add(made)
        if node.this.key != "identifier":
            return self._table_function(node.this, node.args.get("alias"), scope, here)
        if node.args.get("db") is None:
            known = scope.get(node.name.lower())
            if known is not None:
                return known
        parts = tuple(part.name for part in (node.args.get("catalog"), node.args.get("db"), node.this) if part)
        held = self.holds(".".join(parts))
        if held is not None:
            return held
        return self._relation(parts) or Gap(f"the table {'.'.join(parts)}, which no model or source names")

    def _table_function(
        self, node: Expression, alias: Expression | None, scope: Mapping[str, int], here: int | None
    ) -> int | Gap:
        name = node.name if node.key == "anonymous" else node.key
        bounds = {"generateseries": "generate_series", "range": "range"}.get(node.key)
        if bounds is not None and self.adapter == "duckdb":
            if node.args.get("is_end_exclusive"):
                bounds = "range"
            parts = [node.args.get(part) for part in ("start", "end", "step")]
            terms = Terms(self, scope, here)
            term = terms.function("series", tuple(terms.term(part) for part in parts if part is not None))
            # with an alias, DuckDB 1 keeps this name and DuckDB 2 takes the alias
            bare = alias is None or alias.args.get("columns")
            return self.add(Select((Item(bounds if bare else None, term),)))
        uniform = node.key == "readcsv" and self.adapter == "duckdb" and reads_texts(node.sql(dialect="duckdb"))
        return Gap(f"the table function {name.lower()}", "VARCHAR" if uniform else "")

    def _table_name(self, node: Expression, of: int | Relation | Gap) -> str:
        """Return the name that qualifies the columns of a table without alias, where the text decides it."""
        if isinstance(of, Relation) or node.this.key != "identifier" or self.holds(node.name) is not None:
            return ""
        return name_of(node.this, self.adapter)

    def _alias_columns(self, alias: Expression | None) -> tuple[str, ...]:
        found = () if alias is None else alias.args.get("columns") or ()
        return tuple(name_of(part if part.key == "identifier" else part.this, self.adapter) for part in found)

    def _items(self, node: Expression, terms: Terms) -> list[Item | Star | Spread | Gap]:
        if node.key == "alias":
            return self._aliased(node, terms)
        if node.key == "star" or (node.key == "column" and node.this.key == "star"):
            return [self._star(node, terms)]
        if node.key in ("columns", "explode", "posexplode", "inline", "aliases", "unnest"):
            return [Gap(f"{node.key} in a select list")]
        made = self.marked(node)
        if isinstance(made, Gap | Spread):
            return [made]
        while node.key == "paren" and self.adapter == "duckdb":
            node = node.this
        if node.key == "column":
            name = name_of(node.this, self.adapter)
            term = terms.term(node)
            in_parts = node.args.get("db") is not None and not isinstance(term, Column)
            if self.holds(name) is not None or self._unary_plus or in_parts:
                return [Item(None, term)]
            return [Item("" if isinstance(term, Column) else name, term)]
        return [Item(terms.given_name(node), terms.term(node))]

    def _aliased(self, node: Expression, terms: Terms) -> list[Item | Star | Spread | Gap]:
        alias = node.args["alias"]
        name = name_of(alias, self.adapter)
        value = node.this
        gap = self.holds(name)
        if gap is not None:
            # alone it is text after an expression, which may go on or name it; in part it is a name not known
            return [gap] if marker.number(name) is not None else [Item(None, terms.term(value))]
        if value.key == "columns" or (value.key in ("explode", "unnest") and not _makes_a_list(value)):
            return [Gap(f"{value.key} in a select list")]
        item = Item(name, terms.term(value))
        made = self.marked(value)
        if isinstance(made, Gap) and not self._says_as(value.name, alias.name):
            return [made, item]
        return [item]

    def _says_as(self, name: str, alias: str) -> bool:
        """Return whether AS stands between a marker and an alias: without it the marker may be items of their own."""
        said = re.escape(name) + r"\s+as\s+[\"`\[]?" + re.escape(alias)
        return re.search(said, self.text, re.IGNORECASE) is not None

    def _star(self, node: Expression, terms: Terms) -> Star | Gap:
        table = name_of(node.args["table"], self.adapter) if node.args.get("table") else ""
        star = node.this if node.key == "column" else node
        if table and self.holds(table):
            qualifier = self.qualifier(table)
            if isinstance(qualifier, Gap):
                return qualifier
            table = qualifier
        replaced = tuple(
            (name_of(part.args["alias"], self.adapter), terms.term(part.this))
            for part in star.args.get("replace") or ()
            if part.key == "alias"
        )
        renamed = tuple(
            (name_of(part.this, self.adapter), name_of(part.args["alias"], self.adapter))
            for part in star.args.get("rename") or ()
            if part.key == "alias"
        )
        without = tuple(
            name_of(part.this if part.key == "column" else part, self.adapter)
            for part in star.args.get("except_") or ()
        )
        if any(self.holds(name) for name in without) or len(replaced) != len(star.args.get("replace") or ()):
            return Gap("a star without columns that are not known")
        return Star(table, without, replaced, renamed)

    def qualifier(self, table: str) -> str | Gap:
        """Return the name that a table's marker qualifies columns by: `{{ ref('x') }}.column`."""
        number = marker.number(table)
        made = None if number is None else self.meant(number)
        return made.parts[-1] if isinstance(made, Relation) and made.parts else self.holds(table) or Gap(table)


def _makes_a_list(node: Expression) -> bool:
    """Return whether what UNNEST takes apart is a list for certain: a struct would give several columns."""
    return node.this is not None and node.this.key in (
        "array",
        "arrayagg",
        "split",
        "generateseries",
        "generatedatearray",
    )
