"""Macros of dbt and of dbt_utils by what they produce, where their own source is not at hand.

https://docs.getdbt.com/reference/dbt-jinja-functions/cross-database-macros
https://github.com/dbt-labs/dbt-utils
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, cast

from ringfence.sql.openvalues import UNDEFINED, Jinja, Open, Undefined, first_open, truth
from ringfence.sql.shape import Merged, Relation, Spread

if TYPE_CHECKING:
    from collections.abc import Callable

    from ringfence.sql.skeleton import Template

_DUCKDB_TYPES = {
    "type_string": "TEXT",
    "type_timestamp": "TIMESTAMP",
    "type_float": "FLOAT",
    "type_numeric": "numeric(28,6)",
    "type_bigint": "bigint",
    "type_int": "INT",
    "type_boolean": "BOOLEAN",
}
# Elsewhere the names differ; these are read by every parser, and what they mean there is not asked.
_COMMON_TYPES = {
    "type_string": "varchar",
    "type_timestamp": "timestamp",
    "type_float": "float",
    "type_numeric": "numeric",
    "type_bigint": "bigint",
    "type_int": "int",
    "type_boolean": "boolean",
}
# What dbt_date has taken over from dbt_utils: https://github.com/godatadriven/dbt-date
_COPIED = frozenset({"date_spine", "generate_series"})


class Call:
    """The arguments of one call by the names of the macro's parameters."""

    def __init__(self, template: Template, values: dict[str, Jinja], line: int) -> None:
        self.template, self._values, self.line = template, values, line

    def get(self, name: str) -> Jinja:
        """Return an argument, UNDEFINED where it is not given."""
        return self._values.get(name, UNDEFINED)

    def sql(self, name: str) -> str:
        """Return an argument as SQL, with markers where it is open."""
        return self.template.text(self.get(name), self.line)

    def word(self, name: str, default: str | None = None) -> str | None:
        """Return an argument that is a plain text, None where it is none."""
        value = self.get(name)
        if isinstance(value, Undefined):
            return default
        return value if isinstance(value, str) and not self.template.holds_marker(value) else None

    def words(self, name: str) -> tuple[str, ...] | None:
        """Return an argument that is a list of texts (empty where it is not given), None where it is none."""
        value = self.get(name)
        if isinstance(value, Undefined) or value is None:
            return ()
        plain = isinstance(value, list) and all(isinstance(item, str) for item in value)
        if not plain or any(self.template.holds_marker(item) for item in cast("list[str]", value)):
            return None
        return tuple(cast("list[str]", value))


def knows(name: str) -> bool:
    """Return whether a macro is known by what it produces."""
    package, _, bare = name.rpartition(".")
    if package == "dbt_date":
        return bare in _COPIED
    return bare in _DBT if package in ("", "dbt") else package == "dbt_utils" and (bare in _UTILS or bare in _DBT)


def call(template: Template, name: str, args: list[Jinja], keywords: dict[str, Jinja], line: int) -> Jinja:
    """Return what a known macro gives: SQL, a relation's columns, or an open value."""
    package, _, bare = name.rpartition(".")
    parameters, rule = _UTILS[bare] if package and package != "dbt" and bare in _UTILS else _DBT[bare]
    names = parameters.split()
    if len(args) > len(names) or any(key not in names for key in keywords):
        return Open(f"macro {name}")
    given = Call(template, {**dict(zip(names, args, strict=False)), **keywords}, line)
    made = rule(given)
    if made is None and template.reading.apart and bare in _EXPRESSIONS:
        return _naming(given, _EXPRESSIONS[bare])
    return Open(f"macro {name}") if made is None else made


def _naming(given: Call, parameters: str) -> Jinja:
    """Return a call of no function over the expressions that a macro is given: for who asks only what is named."""
    texts: list[str] = []
    for value in map(given.get, parameters.split()):
        texts += [given.template.text(one, given.line) for one in (value if isinstance(value, list) else [value])]
    return f"ringfence_named({', '.join(filter(None, texts))})"


def _only_duckdb(rule: Callable[[Call], Jinja]) -> Callable[[Call], Jinja]:
    """Return a rule for the SQL that DuckDB's macros write; elsewhere the value is one that nobody types."""
    return lambda given: rule(given) if given.template.reading.adapter == "duckdb" else None


def _sql(pattern: str) -> Callable[[Call], Jinja]:
    return _only_duckdb(lambda given: pattern.format_map(_Arguments(given)))


class _Arguments(dict[str, str]):
    def __init__(self, given: Call) -> None:
        super().__init__()
        self._given = given

    def __missing__(self, key: str) -> str:
        return self._given.sql(key)


def _type_name(name: str) -> Callable[[Call], Jinja]:
    def made(given: Call) -> Jinja:
        return (_DUCKDB_TYPES if given.template.reading.adapter == "duckdb" else _COMMON_TYPES)[name]

    return made


def _concat(given: Call) -> Jinja:
    fields = given.get("fields")
    if not isinstance(fields, list):
        return None
    return " || ".join(given.template.text(field, given.line) for field in fields)


def _dateadd(given: Call) -> Jinja:
    unit = given.word("datepart")
    if unit is None:
        return None
    start, count = given.sql("from_date_or_timestamp"), given.sql("interval")
    times, unit = {"quarter": (" * 3", "month"), "week": (" * 7", "day")}.get(unit.lower(), ("", unit.lower()))
    return f"({start} + (cast({count} as bigint){times}) * interval 1 {unit})"


def _datediff(given: Call) -> Jinja:
    unit = given.word("datepart")
    first, second = given.sql("first_date"), given.sql("second_date")
    if unit == "week":
        days = f"date_diff('day', {first}::timestamp, {second}::timestamp)"
        return f"({days} // 7 + case when {first} <= {second} then 0 else 1 end)"
    return f"(date_diff('{given.sql('datepart')}', {first}::timestamp, {second}::timestamp))"


def _listagg(given: Call) -> Jinja:
    measure, delimiter = given.sql("measure"), given.sql("delimiter_text") or "','"
    limit = given.get("limit_num")
    if limit is not None and not isinstance(limit, Undefined):
        return None
    order = given.get("order_by_clause")
    clause = "" if order is None else given.sql("order_by_clause")
    return f"string_agg({measure}, {delimiter} {clause})"


def _text_literal(given: Call) -> Jinja:
    return f"'{given.sql('value')}'"


def _escaped(given: Call) -> Jinja:
    value = given.word("expression")
    return None if value is None else value.replace("'", "''")


# dbt_utils


def _all_of(given: Call, value: Jinja) -> str:
    """Return a query over a relation, or over what a marker stands for."""
    return f"select * from {given.template.text(value, given.line)}"  # noqa: S608  (read, never run)


def _relation_of(given: Call, name: str) -> Relation | None:
    value = given.get(name)
    return value if isinstance(value, Relation) else None


def _star(given: Call) -> Jinja:
    relation, without = _relation_of(given, "from"), given.words("except")
    prefix, suffix = given.word("prefix", ""), given.word("suffix", "")
    alias = given.get("relation_alias")
    table = "" if isinstance(alias, Undefined) or alias is False else given.word("relation_alias")
    renamed = given.get("rename")
    if relation is None or without is None or prefix is None or suffix is None or table is None or truth(renamed):
        return None
    folded = {given.get("quote_identifiers"), given.get("unquote_aliases")} - {UNDEFINED, True}
    if folded and given.template.reading.adapter != "duckdb":
        return None  # names that are not quoted fold
    return Spread(relation, table, without, prefix, suffix)


def _surrogate_key(given: Call) -> Jinja:
    fields = given.get("field_list")
    if not isinstance(fields, list) or given.template.reading.adapter != "duckdb":
        return None
    parts = " || '-' || ".join(
        f"coalesce(cast({given.template.text(field, given.line)} as TEXT), '')" for field in fields
    )
    return f"md5(cast({parts or repr('')} as TEXT))"


def _union(given: Call) -> Jinja:
    relations, include, exclude = given.get("relations"), given.words("include"), given.words("exclude")
    casts = given.get("column_override")
    tag = given.get("source_column_name")
    name = (
        "_dbt_source_relation"
        if isinstance(tag, Undefined)
        else ""
        if tag is None
        else given.word("source_column_name")
    )
    if not isinstance(relations, list) or not all(isinstance(one, Relation) for one in relations):
        return _all_of(given, first_open([relations]) or Open("union_relations"))
    filtered = given.template.reading.apart and not isinstance(given.get("where"), Undefined)
    if include is None or exclude is None or name is None or truth(casts) or filtered:
        return _all_of(given, Open("the arguments of union_relations"))
    kind = "VARCHAR" if given.template.reading.adapter == "duckdb" else ""
    merged = Merged(tuple(cast("list[Relation]", relations)), include, exclude, (), name, kind)
    return _all_of(given, merged)


def _date_spine(given: Call) -> Jinja:
    part = given.word("datepart")
    if part is None or given.template.reading.adapter != "duckdb":
        return _all_of(given, Open("date_spine"))
    inner = Call(
        given.template,
        {"datepart": part, "interval": "1", "from_date_or_timestamp": given.get("start_date")},
        given.line,
    )
    return f"select {given.template.text(_dateadd(inner), given.line)} as date_{part}"


def _deduplicate(given: Call) -> Jinja:
    if given.template.reading.apart:  # which row is kept is decided by columns
        keys, order = given.sql("partition_by"), given.sql("order_by")
        kept = f"row_number() over (partition by {keys} order by {order}) = 1"
        return f"{_all_of(given, given.get('relation'))} qualify {kept}"
    return _all_of(given, given.get("relation"))


def _unpivot(given: Call) -> Jinja:
    kept, field, value = (
        given.words("exclude"),
        given.word("field_name", "field_name"),
        given.word("value_name", "value"),
    )
    cast_to = given.sql("cast_to") or "varchar"
    reading = given.template.reading
    if kept is None or field is None or value is None or reading.adapter is None or reading.apart:
        return _all_of(given, Open("unpivot"))  # rows of every column: there is no text that names them
    columns = "".join(f"{name}, " for name in kept)
    added = f"cast('' as varchar) as {field}, cast(null as {cast_to}) as {value}"
    return f"select {columns}{added} from {given.sql('relation')}"  # noqa: S608  (read, never run)


def _slug(text: str) -> str | None:
    """Return the name that dbt_utils.slugify makes of a text; None for what its versions treat differently."""
    made = re.sub("[^a-z0-9_]+", "", re.sub("[ -]+", "_", text.lower()))
    return made if made and not made[0].isdigit() else None


def _slugify(given: Call) -> Jinja:
    text = given.word("string")
    return None if text is None else _slug(text)


def _pivot(given: Call) -> Jinja:
    values, column = given.words("values"), given.sql("column")
    prefix, suffix, agg = given.word("prefix", ""), given.word("suffix", ""), given.word("agg", "sum")
    plain = all(isinstance(given.get(name), Undefined) for name in ("alias", "distinct", "cmp"))
    quoted = given.get("quote_identifiers")
    if not values or prefix is None or suffix is None or agg is None or not plain:
        return None
    if not isinstance(quoted, Undefined | bool):
        return None
    then = "1" if isinstance(given.get("then_value"), Undefined) else given.sql("then_value")
    other = "0" if isinstance(given.get("else_value"), Undefined) else given.sql("else_value")
    mark = "`" if given.template.reading.adapter in ("bigquery", "spark", "databricks", "mysql") else '"'
    if quoted is False:
        mark = ""
    names = [_slug(f"{prefix}{value}{suffix}") if quoted is False else f"{prefix}{value}{suffix}" for value in values]
    if None in names:
        return None
    return ",\n".join(
        f"{agg}(case when {column} = '{value}' then {then} else {other} end) as {mark}{name}{mark}"
        for value, name in zip((one.replace("'", "''") for one in values), names, strict=True)
    )


def _generate_series(_: Call) -> Jinja:
    # sums of powers, which engines compute in floating point
    return "select cast(1 as double) as generated_number"


def _group_by(given: Call) -> Jinja:
    count = given.get("n")
    if not isinstance(count, int) or not 0 < count < 1000:
        return None
    return f"group by {','.join(map(str, range(1, count + 1)))}"


def _safe_sum(operator: str) -> Callable[[Call], Jinja]:
    def made(given: Call) -> Jinja:
        fields = given.get("field_list")
        if not isinstance(fields, list):
            return None
        return f" {operator} ".join(f"coalesce({given.template.text(field, given.line)}, 0)" for field in fields)

    return made


def _open(_: Call) -> Jinja:
    return None


_DBT: dict[str, tuple[str, Callable[[Call], Jinja]]] = {
    **{name: ("", _type_name(name)) for name in _DUCKDB_TYPES},
    "concat": ("fields", _only_duckdb(_concat)),
    "dateadd": ("datepart interval from_date_or_timestamp", _only_duckdb(_dateadd)),
    "datediff": ("first_date second_date datepart", _only_duckdb(_datediff)),
    "date_trunc": ("datepart date", _sql("date_trunc('{datepart}', {date})")),
    "last_day": ("date datepart", _sql("cast({date} as date)")),
    "safe_cast": ("field type", _sql("cast({field} as {type})")),
    "cast": ("field type", _sql("cast({field} as {type})")),
    "hash": ("field", _sql("md5(cast({field} as TEXT))")),
    "length": ("expression", _sql("length({expression})")),
    "position": ("substring_text string_text", _sql("position({substring_text} in {string_text})")),
    "replace": ("field old_chars new_chars", _sql("replace({field}, {old_chars}, {new_chars})")),
    "right": ("string_text length_expression", _sql("right({string_text}, {length_expression})")),
    "split_part": (
        "string_text delimiter_text part_number",
        _sql("string_split({string_text}, {delimiter_text})[ {part_number} ]"),
    ),
    "listagg": ("measure delimiter_text order_by_clause limit_num", _only_duckdb(_listagg)),
    "any_value": ("expression", _sql("any_value({expression})")),
    "bool_or": ("expression", _sql("bool_or({expression})")),
    "current_timestamp": ("", _sql("now()")),
    "string_literal": ("value", _text_literal),
    "escape_single_quotes": ("expression", _escaped),
    "except": ("", lambda _: "except"),
    "intersect": ("", lambda _: "intersect"),
    "cast_bool_to_text": ("field", _sql("cast({field} as TEXT)")),
    "date": ("year month day", _sql("make_date({year}, {month}, {day})")),
    "date_spine": ("datepart start_date end_date", _date_spine),
}
_UTILS: dict[str, tuple[str, Callable[[Call], Jinja]]] = {
    "star": ("from relation_alias except prefix suffix quote_identifiers unquote_aliases rename", _star),
    "generate_surrogate_key": ("field_list", _surrogate_key),
    "union_relations": ("relations column_override include exclude source_column_name where", _union),
    "date_spine": ("datepart start_date end_date", _date_spine),
    "deduplicate": ("relation partition_by order_by", _deduplicate),
    "unpivot": ("relation cast_to exclude remove field_name value_name quote_identifiers", _unpivot),
    "pivot": (
        "column values alias agg cmp prefix suffix then_value else_value quote_identifiers distinct",
        _pivot,
    ),
    "slugify": ("string", _slugify),
    "group_by": ("n", _group_by),
    "generate_series": ("upper_bound", _generate_series),
    "safe_add": ("field_list", _safe_sum("+")),
    "safe_subtract": ("field_list", _safe_sum("-")),
    "safe_divide": ("numerator denominator", _sql("( {numerator} ) / nullif( ( {denominator} ), 0)")),
    "get_column_values": ("table column order_by max_records default where", _open),
    "get_filtered_columns_in_relation": ("from except", _open),
    "get_relations_by_pattern": ("schema_pattern table_pattern exclude database", _open),
    "get_relations_by_prefix": ("schema prefix exclude database", _open),
    "get_query_results_as_dict": ("query", _open),
    "get_single_value": ("query default", _open),
}
# Macros that give a value -> the parameters that hold the expressions it is made of, whatever the dialect writes.
_EXPRESSIONS = {
    "any_value": "expression",
    "bool_or": "expression",
    "cast": "field",
    "cast_bool_to_text": "field",
    "concat": "fields",
    "current_timestamp": "",
    "date": "year month day",
    "date_trunc": "date",
    "dateadd": "interval from_date_or_timestamp",
    "datediff": "first_date second_date",
    "generate_surrogate_key": "field_list",
    "hash": "field",
    "last_day": "date",
    "length": "expression",
    "position": "substring_text string_text",
    "replace": "field old_chars new_chars",
    "right": "string_text length_expression",
    "safe_cast": "field",
    "safe_divide": "numerator denominator",
    "split_part": "string_text delimiter_text part_number",
}
