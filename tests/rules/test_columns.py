"""Rules over the columns of models, at values: what a model is known to produce is given, whoever found it out."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from ringfence.domain.fact import Known, Undecided, Unknown
from ringfence.domain.finding import Finding
from ringfence.domain.node import Column, Node
from ringfence.domain.project import PropertiesEntry
from ringfence.rules import (
    column_order,
    column_undocumented,
    config_unknown_column,
    ghost_column,
    model_without_entry,
    test_unknown_column,
)
from samples import HERE, column, config, model


class _Project:
    """All that these rules ask of a project."""

    name = "shop"

    def declared(self, kind: str, name: str) -> list[PropertiesEntry]:
        return []

    def __init__(self, adapter: str | None) -> None:
        self.adapter = adapter


def _node(*columns: Column, outputs: tuple[str, ...] | None = ("order_id", "Status"), **parts: object) -> Node:
    node = model("orders", *columns, **parts)  # type: ignore[arg-type]
    return node._replace(produced=Unknown("a macro") if outputs is None else Known(outputs))


def _quoted(name: str) -> Column:
    return column(name)._replace(quote=True)


def _said(check: Callable[..., Iterator[Finding]], node: Node, adapter: str | None = None) -> list[str]:
    return [finding.message for finding in check(node, _Project(adapter))]


GONE = "column gone of model orders is described, and orders does not produce it"


def _by_case(name: str, other: str) -> str:
    about = f"column {name} of model orders is written with quote: true"
    return f"{about}, and orders produces {other}: in quotes case counts"


@pytest.mark.parametrize(
    ("node", "adapter", "expected"),
    [
        (_node(column("order_id"), column("status")), None, []),
        (_node(column("gone")), None, [GONE]),
        (
            _node(column("ordr_id")),
            None,
            ["column ordr_id of model orders is described, and orders does not produce it, did you mean order_id?"],
        ),
        (_node(column("gone"), outputs=None), None, []),
        (_node(column("gone"), outputs=()), None, [GONE]),
        (_node(column("status.code"), column("gone.code")), None, [GONE.replace("gone", "gone.code")]),
        (_node(column("order_id || status")), None, []),
        (_node(column("gone"), settings=config({"materialized": "our_own"})), None, []),
        (_node(column("gone"), settings=config({"materialized": "incremental"})), None, [GONE]),
        (_node(column("gone"), settings=config({"materialized": ["view"]})), None, []),
        (_node(column("gone"), settings=config({"materialized": Unknown("target.name")})), None, [GONE]),
        (_node(column("gone"), settings=config({"post-hook": ["alter table x add column gone int"]})), None, []),
        (_node(column("gone"), settings=config({"post-hook": Unknown("target.name")})), None, []),
        (_node(column("gone"), settings=config({"post-hook": "analyze"})), None, [GONE]),
        # in quotes: by case where the warehouse compares so, and only where the stored name is certain
        (_node(_quoted("Order_ID")), "duckdb", []),
        (_node(_quoted("Order_ID")), None, []),
        (_node(_quoted("Status")), "postgres", []),
        (_node(_quoted("status")), "postgres", []),
        (
            _node(_quoted("STATUS")),
            "postgres",
            [_by_case("STATUS", "status")],
        ),
        (
            _node(_quoted("order_id"), outputs=("ORDER_ID",)),
            "snowflake",
            [_by_case("order_id", "ORDER_ID")],
        ),
        (_node(_quoted("order_id"), outputs=("order_id",)), "snowflake", []),
        (_node(_quoted("ORDER_ID"), outputs=("order_id",)), "snowflake", []),
        (_node(column("order_id"), outputs=("ORDER_ID",)), "snowflake", []),
        (_node(_quoted("Order Id"), outputs=("Order Id",)), "snowflake", []),
        # what dbt adds to a snapshot
        (_node(column("dbt_valid_from"), kind="snapshot"), None, []),
        (_node(column("gone"), kind="snapshot"), None, [GONE.replace("model", "snapshot")]),
        (
            _node(
                column("valid_to"),
                column("gone"),
                kind="snapshot",
                settings=config({"snapshot_meta_column_names": {"dbt_valid_to": "Valid_To"}}),
            ),
            None,
            [GONE.replace("model", "snapshot")],
        ),
        (
            _node(
                column("gone"),
                kind="snapshot",
                settings=config({"snapshot_meta_column_names": Unknown("var('names')")}),
            ),
            None,
            [],
        ),
    ],
)
def test_ghost_column(node: Node, adapter: str | None, expected: list[str]) -> None:
    assert _said(ghost_column.check, node, adapter) == expected


def test_a_ghost_stands_at_its_own_token_and_proposes_what_is_not_described_yet() -> None:
    (finding,) = ghost_column.check(_node(column("order_id"), column("order_ids")), _Project(None))  # type: ignore[arg-type]
    assert finding.place == HERE
    assert finding.subject.column == "order_ids"
    assert finding.fix == "remove it, or add it to models/marts/orders.sql"


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        ({"unique_key": "order_id"}, []),
        ({"unique_key": ["order_id", "line"]}, ["line"]),
        ({"unique_key": "order_id || line"}, []),
        ({"partition_by": {"field": "day", "granularity": "month"}}, ["day"]),
        ({"partition_by": {"field": "_PARTITIONTIME"}}, []),
        ({"partition_by": ["status", "region"]}, ["region"]),
        ({"cluster_by": "date_trunc('day', created_at)"}, []),
        ({"indexes": [{"columns": ["order_id", "region"], "unique": True}, "none"]}, ["region"]),
        ({"indexes": [{"columns": 5}, 5, {"columns": None}], "unique_key": [5, None, ["a"]]}, []),
        ({"updated_at": "changed_at", "check_cols": ["status", "city"]}, ["changed_at", "city"]),
        ({"check_cols": "all", "dist": "even", "sort": ["STATUS"]}, []),
        ({"unique_key": Unknown("var('key')")}, []),
        ({"unique_key": None, "partition_by": {"data_type": "date"}}, []),
    ],
)
def test_config_unknown_column(settings: dict[str, object], expected: list[str]) -> None:
    found = list(config_unknown_column.check(_node(settings=config(settings)), _Project(None)))  # type: ignore[arg-type]
    assert [finding.subject.column for finding in found] == expected


def test_columns_of_a_model_that_are_listed_in_another_order_or_not_at_all() -> None:
    node = _node(column("status"), column("order_id"), outputs=("order_id", "status", "amount"))
    assert _said(column_order.check, node) == [
        "column order_id of model orders stands behind status, and orders gives it before"
    ]
    assert _said(column_undocumented.check, node) == [
        "column amount of model orders is produced and stands in no properties file"
    ]
    assert _said(column_undocumented.check, node._replace(entry=None)) == []
    unknown = _node(column("a"), outputs=None)
    for check in (
        column_order.check,
        column_undocumented.check,
        config_unknown_column.check,
        test_unknown_column.check,
    ):
        assert _said(check, unknown) == []


def test_an_entry_that_cannot_be_seen_is_not_missing() -> None:
    node = model()._replace(entry=None, hidden=Unknown("models/schema.yml cannot be read and names orders"))
    with pytest.raises(Undecided):
        list(model_without_entry.check(node, _Project(None)))  # type: ignore[arg-type]
