"""Seeded faults for the tests of rows and moments: same_rows_as, append_only, no_overlap, fresh_within."""

from __future__ import annotations

from typing import Any

from fault_data import COLUMNS, OTHER, Arguments, Fault, Peer, all_but, changed, named

ALL = "select * from orders"
NOTHING = "select * from orders where 1 = 0"
WITH_NULL = "select * from orders_null"
HOSTILE = "select * from hostile"
NAN = "cast('NaN' as double precision)"
LISTED = ", ".join(COLUMNS["orders"])


def _same_rows_as() -> list[Fault]:
    def fault(
        name: str, faulty: str, clean: str = ALL, other: str = ALL, utils: Arguments | None = None, **arguments: Any
    ) -> Fault:
        equality = Peer("equality", {"compare_model": OTHER, **(utils or {})})
        return Fault(name, "", clean, faulty, {"compare_to": OTHER, **arguments}, other, utils=equality)

    twice = "union all select * from orders where id"
    few = "select id, region, amount from orders where id <= 100"
    pairs = "select id - id % 2 as id, region, amount from orders where id <= 100"
    near = f"select {LISTED.replace('amount', 'amount + 0.01 as amount')} from orders"
    return [
        fault("the tested side is empty", NOTHING),
        fault("the compared side is empty", ALL)._replace(faulty_other=NOTHING),
        fault("both sides are empty", NOTHING)._replace(faulty_other=NOTHING),
        fault("a hundred rows are there twice", f"{ALL} {twice} <= 100"),
        fault(
            "one row twice here, another twice there", f"{ALL} {twice} = 1", f"{ALL} {twice} = 2", f"{ALL} {twice} = 2"
        ),
        fault("one row is gone", all_but("id = 7")),
        fault("one row is new", f"{ALL} union all {changed('id', '2000')} where id = 7"),
        fault("one value changed", changed("note", "'other'", "id = 7")),
        fault("two rows changed values", changed("note", "'note ' || cast(3 - id as varchar)", "id in (1, 2)")),
        fault("NULL instead of a value", changed("amount", "null", "id = 7")),
        fault(
            "an empty text instead of NULL",
            changed("region", "''", "region is null", "orders_null"),
            WITH_NULL,
            WITH_NULL,
        ),
        fault(
            "NaN instead of NULL",
            changed("ratio", NAN, "id = 7"),
            changed("ratio", "null", "id = 7"),
            changed("ratio", "null", "id = 7"),
        ),
        fault("a blank more", changed("note", "note || ' '", "id = 7")),
        fault("another letter case", changed("note", "upper(note)", "id = 7")),
        fault("a column is gone", f"select {LISTED.replace(', note', '')} from orders"),
        fault("a column is new", f"select {LISTED}, 1 as extra from orders"),
        fault("a number is a text", f"select {LISTED.replace('id', 'cast(id as varchar) as id', 1)} from orders"),
        fault("an hour later, the zone lost", changed("created_at", "created_at + interval '1 hour'")),
        fault(
            "more than the tolerance",
            f"select {LISTED.replace('amount', 'amount + 0.02 as amount')} from orders",
            near,
            ALL,
            {"precision": 1, "compare_columns": ["id", "amount"]},
            keys=["id"],
            tolerance={"amount": 0.01},
        ),
        fault(
            "two rows of a key under a tolerance",
            pairs,
            few,
            few,
            {"precision": 1, "compare_columns": ["id", "amount"]},
            keys=["id"],
            tolerance=0.5,
        ),
        fault(
            "hostile names: one value changed",
            changed('"a b"', "'x'", '"order" = 7', "hostile"),
            HOSTILE,
            HOSTILE,
            keys=["order", "größe"],
        ),
    ]


def _append_only() -> list[Fault]:
    before = "select * from orders where id <= 900"

    def fault(name: str, faulty: str, clean: str = ALL, other: str = before, **arguments: Any) -> Fault:
        return Fault(name, "", clean, faulty, {"keys": ["id"], "against": OTHER, **arguments}, other)

    null_keys = "select case when id = 5 then null else id end as id, region, amount from orders"
    doubled = f"{ALL} union all select * from orders where id = 7"
    return [
        fault("one row is gone", all_but("id = 7")),
        fault("the table was loaded anew with new rows only", "select * from orders where id > 900"),
        fault("all is gone", NOTHING),
        fault("one value changed", changed("amount", "amount + 1", "id = 7")),
        fault("one value is NULL now", changed("amount", "null", "id = 7")),
        fault("one key changed", changed("id", "2000", "id = 7")),
        fault("two rows changed values", changed("note", "'note ' || cast(3 - id as varchar)", "id in (1, 2)")),
        fault(
            "the row without a key is gone",
            f"select * from ({null_keys}) as keyed where id is not null",
            null_keys,
            null_keys,
        ),
        fault("one of two equal rows is gone", ALL, doubled, doubled),
        fault("a column is gone", f"select {LISTED.replace(', note', '')} from orders"),
        fault("the previous rows are gone", ALL, on_missing="fail")._replace(faulty_other=NOTHING),
        fault(
            "hostile names: one value changed",
            changed('"a b"', "'x'", '"order" = 7', "hostile"),
            HOSTILE,
            'select * from hostile where "order" <= 900',
            keys=["order", "größe"],
        ),
    ]


def _no_overlap() -> list[Fault]:
    prices = "select item, valid_from, valid_to from prices"
    names: Arguments = {"start": "valid_from", "end": "valid_to", "by": ["item"]}
    ranges: dict[str, Any] = {
        "lower_bound_column": "valid_from",
        "upper_bound_column": "coalesce(valid_to, cast('9999-12-31' as date))",
        "partition_by": "item",
    }

    def fault(name: str, row: str, clean: str = prices, faulty: str = "", **arguments: Any) -> Fault:
        utils = Peer("mutually_exclusive_ranges", ranges)
        added = faulty or f"{clean} union all select {row}"
        return Fault(name, "", clean, added, {**names, **arguments}, utils=utils)

    def row(item: str, start: str, end: str) -> str:
        return ", ".join([item, *(f"cast({day} as date)" for day in (start, end))])

    null_item = "select case when item = 3 then null else item end as item, valid_from, valid_to from prices"
    closed = "select item, valid_from, valid_to - 1 as valid_to from prices where valid_to is not null"
    hostile = 'select item as "a b", valid_from as "order", valid_to as "say ""hi""" from prices'
    overlapping = f"{hostile} union all select 1, cast('2024-01-10' as date), cast('2024-01-20' as date)"
    bounds = {
        "lower_bound_column": '"order"',
        "upper_bound_column": 'coalesce("say ""hi""", cast(\'9999-12-31\' as date))',
        "partition_by": '"a b"',
    }
    long = (
        "select 77 as item, cast('2024-01-01' as date) as valid_from, cast('2024-12-31' as date) as valid_to union all "
        "select 77, cast('2024-02-01' as date), cast('2024-02-10' as date) union all "
        "select 77, cast('2024-03-01' as date), cast('2024-03-10' as date)"
    )
    return [
        fault("one begins before another ends", row("1", "'2024-01-20'", "'2024-01-25'")),
        fault("one is there twice", row("1", "'2024-01-01'", "'2024-01-31'")),
        fault("one lies in a much longer one", "", clean=prices, faulty=f"{prices} union all {long}"),
        fault("an open end is followed by more", row("1", "'2025-01-01'", "'2025-02-01'")),
        fault("two open ends", row("1", "'2024-12-01'", "null")),
        fault("one has no start", row("1", "null", "'2024-01-02'")),
        fault("one has neither start nor end", row("1", "null", "null")),
        fault("one ends before it starts", row("99", "'2024-02-01'", "'2024-01-01'")),
        fault("two of the item without a name", row("null", "'2024-01-20'", "'2024-01-25'"), clean=null_item),
        fault(
            "the last day is shared", row("1", "'2024-05-29'", "'2024-06-02'"), clean=closed, end_included=True
        )._replace(
            faulty=f"{closed} union all select 1, cast('2024-04-29' as date), cast('2024-06-02' as date)",
            utils=Peer("mutually_exclusive_ranges", {**ranges, "gaps": "required"}),
        ),
        fault("the table is empty", "", faulty=f"{prices} where 1 = 0"),
        Fault(
            "hostile names: one begins before another ends",
            "",
            hostile,
            overlapping,
            {"start": "order", "end": 'say "hi"', "by": ["a b"]},
            utils=Peer("mutually_exclusive_ranges", bounds),
        ),
    ]


def _fresh_within() -> list[Fault]:
    def fault(
        name: str,
        faulty: str,
        clean: str = ALL,
        column: str = "created_at",
        by: str = "",
        quoted: str = "",
        **arguments: Any,
    ) -> Fault:
        given = {"column": column, "max_age": "3 hours", **({"by": [by]} if by else {}), **arguments}
        groups: Arguments = {"group_by_columns": [quoted or by]} if by else {}
        field = f'"{column}"' if quoted else column
        period = {"datepart": "day", "interval": 2} if "max_age" in arguments else {"datepart": "hour", "interval": 3}
        utils = Peer("recency", {"field": field, **period, **groups})
        recent = Peer("expect_row_values_to_have_recent_data", {"column_name": field, **period})
        grouped = Peer(
            "expect_grouped_row_values_to_have_recent_data",
            {"group_by": [quoted or by], "timestamp_column": field, **period},
        )
        return Fault(name, "", clean, faulty, given, utils=utils, expectations=grouped if by else recent)

    old = "created_at - interval '2 days'"
    regions: dict[str, Any] = {"expected_groups": ["north", "south", "east", "west"]}

    def in_text(value: str) -> str:
        return f"select id, cast({value} as varchar) || '+00' as created_at from orders"

    def of_zone(value: str) -> str:
        return f"select id, cast({value} as varchar) || '+05:00' as created_at from orders"

    def as_date(value: str) -> str:
        return f"select id, cast({value} as date) as created_at from orders"

    return [
        fault("no row of the last hours", changed("created_at", old)),
        fault(
            "one row of 2099, the rest is old",
            changed("created_at", f"case when id = 1 then timestamp '2099-01-01 00:00:00' else {old} end"),
        ),
        fault("one row of 2099, the rest is fresh", changed("created_at", "timestamp '2099-01-01 00:00:00'", "id = 1")),
        fault("all rows of 2099", changed("created_at", "timestamp '2099-01-01 00:00:00'"), no_future=False),
        fault(
            "one row of 2099 is allowed, the rest is old",
            changed("created_at", f"case when id = 1 then timestamp '2099-01-01 00:00:00' else {old} end"),
            no_future=False,
        ),
        fault("every moment is NULL", changed("created_at", "null")),
        fault("the table is empty", NOTHING),
        fault("one region is old", changed("created_at", old, "region = 'north'"), by="region"),
        fault("a region is gone", all_but("region = 'north'"), by="region", **regions),
        fault(
            "the group without a name is old",
            changed("created_at", old, "region is null", "orders_null"),
            WITH_NULL,
            by="region",
        ),
        fault(
            "the group without a name is gone",
            all_but("region is null", "orders_null"),
            WITH_NULL,
            by="region",
            expected_groups=["north", None],
        ),
        fault("one region has no moments", changed("created_at", "null", "region = 'north'"), by="region"),
        fault("the table is empty, by region", NOTHING, by="region"),
        fault("dates of last week", as_date("created_at - interval '7 days'"), as_date("created_at"), max_age="2 days"),
        fault("texts of two days ago", in_text(old), in_text("created_at"))._replace(
            utils=Peer("recency", {"field": "cast(created_at as timestamp)", "datepart": "hour", "interval": 3})
        ),
        fault(
            "texts of a zone, five hours old", of_zone("created_at"), of_zone("created_at + interval '5 hours'")
        )._replace(
            utils=Peer("recency", {"field": "cast(created_at as timestamp)", "datepart": "hour", "interval": 3})
        ),
        fault("a local time that is taken for UTC", changed("created_at", "created_at + interval '14 hours'")),
        fault(
            "hostile names: one region is old",
            changed('"it\'s"', "\"it's\" - interval '2 days'", "\"a b\" = 'north'", "hostile"),
            HOSTILE,
            "it's",
            "a b",
            '"a b"',
        ),
    ]


FAULTS = [
    *named("same_rows_as", _same_rows_as()),
    *named("append_only", _append_only()),
    *named("no_overlap", _no_overlap()),
    *named("fresh_within", _fresh_within()),
]
