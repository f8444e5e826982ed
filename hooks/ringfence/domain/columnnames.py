"""Names of columns: which of them a node produces, as its warehouse compares names."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ringfence.domain.fact import Known, Unknown
from ringfence.domain.namedtuple import NamedTuple
from ringfence.domain.names import nearest

if TYPE_CHECKING:
    from ringfence.domain.node import Node

# A name that is a column's and no expression, written plainly or in one of the quotes of our adapters.
_PLAIN = re.compile(r"[A-Za-z_]\w*")
_QUOTED = re.compile(r"\"([^\"]+)\"|`([^`]+)`|\[([^\]]+)\]")
# Names without brackets that no relation has to produce: functions of standard SQL, and columns that warehouses add
# (https://www.postgresql.org/docs/current/ddl-system-columns.html, https://duckdb.org/docs/stable/sql/statements/select,
# https://cloud.google.com/bigquery/docs/querying-partitioned-tables,
# https://docs.databricks.com/en/ingestion/file-metadata-column.html).
_EVERYWHERE = frozenset(
    {
        *("current_date", "current_time", "current_timestamp", "localtime", "localtimestamp", "current_user", "user"),
        *("null", "true", "false", "sysdate"),
        *("ctid", "oid", "tableoid", "xmin", "xmax", "cmin", "cmax", "rowid", "filename", "_metadata"),
        *("_partitiontime", "_partitiondate", "_table_suffix", "_file_name", "_change_type", "_sdc_batched_at"),
    }
)
# Materializations of dbt and its adapters whose relation has the columns of the query.
_KEEPING_COLUMNS = frozenset(
    {
        *("view", "table", "incremental", "ephemeral", "seed", "snapshot", "materialized_view"),
        *("dynamic_table", "streaming_table", "external"),
    }
)
_HOOKS = ("pre-hook", "post-hook", "pre_hook", "post_hook")
# How warehouses write down a name without quotes, where one in quotes is another name.
_FOLDING = {"snowflake": str.upper, "postgres": str.lower}


class Produced(NamedTuple):
    """The columns of a node, in order. Names compare without case; what differs in case alone is nobody's finding."""

    names: tuple[str, ...]

    def has(self, name: str) -> bool:
        """Return whether there is a column of this name, in whatever case."""
        return name.lower() in {one.lower() for one in self.names}

    def quoted_otherwise(self, name: str, adapter: str | None) -> str | None:
        """Return the column that a name in quotes does not mean, although it differs in case alone; None for none.

        Where names in quotes compare by case, a produced name stands as it is, or as it is folded.
        """
        folded = _FOLDING.get(adapter or "")
        alike = [one for one in self.names if one.lower() == name.lower()]
        if folded is None or not alike or name in {form for one in alike for form in (one, folded(one))}:
            return None
        return folded(alike[0])

    def lacks(self, written: str) -> bool:
        """Return whether a text is the name of a column that is not there: an expression is none."""
        name = plain_name(written)
        return name is not None and name.lower() not in _EVERYWHERE and not self.has(name)

    def meant(self, name: str) -> str | None:
        """Return the column a typing mistake away, or None."""
        return nearest(plain_name(name) or name, self.names)


def spelled(name: str, node: Node, adapter: str | None) -> str:
    """Return the name of a produced column as one writes it beside the others of its entry.

    What a warehouse stores in capitals because nothing was said is written in small letters, unless others are not.
    """
    folds = _FOLDING.get(adapter or "") is str.upper
    shouted = any(column.name.isupper() for column in node.columns)
    return name.lower() if folds and name.isupper() and _PLAIN.fullmatch(name) and not shouted else name


def produced(node: Node) -> Produced | None:
    """Return the columns that a node is known to have in its warehouse; None where they are not known.

    A materialization of the project's own may make of a query what it likes, and a hook may add columns to a relation.
    """
    if not _keeps_columns(node) or isinstance(node.outputs, Unknown):
        return None
    return Produced(node.outputs.value)


def _keeps_columns(node: Node) -> bool:
    materialized = node.materialized
    if isinstance(materialized, Known) and str(materialized.value) not in _KEEPING_COLUMNS:
        return False
    hooks = [node.config.get(key) for key in _HOOKS]
    return all(isinstance(hook, Known) and "alter" not in str(hook.value).lower() for hook in hooks)


def certain_columns(node: Node) -> Produced | None:
    """Return the columns that another node may count on: produced ones, else those that an enforced contract names."""
    return _promised(node) if isinstance(node.outputs, Unknown) else produced(node)


def _promised(node: Node) -> Produced | None:
    contract = node.contract
    if isinstance(contract, Unknown) or not contract.value or not node.columns:
        return None
    return Produced(tuple(column.name for column in node.columns))


def face_of_columns(node: Node) -> tuple[object, ...]:
    """Return what certain columns rest on besides what is worked out when it is asked for."""
    header = node.produced if isinstance(node.produced, Known | Unknown) else None
    return _promised(node), _keeps_columns(node), header


def plain_name(written: str) -> str | None:
    """Return the name that a text is, without its quotes; None for an expression or a template."""
    text = written.strip()
    if _PLAIN.fullmatch(text):
        return text
    quoted = _QUOTED.fullmatch(text)
    return None if quoted is None else next(name for name in quoted.groups() if name is not None)
