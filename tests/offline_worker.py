"""Run by tests: dbt commands for a warehouse that is not there, in one process, given as JSON.

What the warehouse's catalog would say stands in the input as well: `columns`, pairs of name and type by relation. It
knows of no other relation, and a query finds no rows.
"""

from __future__ import annotations

import importlib
import json
import sys
from typing import Any

from session_worker import told

given = json.load(sys.stdin)
adapter: Any = importlib.import_module(f"dbt.adapters.{given['adapter']}").Plugin.adapter


def columns(self: Any, relation: Any) -> list[Any]:
    """Return the columns of a relation."""
    return [self.Column.create(name, held) for name, held in given["columns"].get(relation.identifier, [])]


def no_relation(self: Any, database: str, schema: str, identifier: str) -> None:
    """Return that there is no such relation."""


def no_rows(self: Any, sql: str, **settings: Any) -> tuple[Any, Any]:
    """Return the response to a query, and its rows."""
    response = importlib.import_module("dbt.adapters.contracts.connection").AdapterResponse("no rows")
    return response, importlib.import_module("dbt_common.clients.agate_helper").empty_table()


adapter.execute = no_rows
adapter.get_columns_in_relation = columns
adapter.get_relation = no_relation
print(told(given["commands"]))
