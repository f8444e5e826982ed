"""Seeded faults for not_empty, requires_rows, row_count_within, row_count_vs_previous and unique_key."""

from __future__ import annotations

from fault_data import OTHER, Arguments, Fault, Peer, all_but, changed, named

ALL = "select * from orders"
NOTHING = "select * from orders where 1 = 0"
WITH_NULL = "select * from orders_null"
HOSTILE = "select * from hostile"


def _not_empty() -> list[Fault]:
    utils = Peer("at_least_one", {"column_name": "id"})
    count = Peer("expect_table_row_count_to_be_between", {"min_value": 1})

    def fault(name: str, faulty: str, where: str = "", clean: str = ALL) -> Fault:
        return Fault(name, "", clean, faulty, {}, where=where, utils=utils, expectations=count)

    return [
        fault("the table is empty", NOTHING),
        fault("no refunded order is left", all_but("status = 'refunded'"), "status = 'refunded'"),
        fault("a region is gone", all_but("region = 'north'"), "region = 'north'"),
        fault(
            "the orders without region are gone", all_but("region is null", "orders_null"), "region is null", WITH_NULL
        ),
        fault(
            "a join that matches nothing", "select orders.* from orders join refunds on refunds.order_id = -orders.id"
        ),
        fault("no order of today is left", all_but("id <= 100"), "id <= 100"),
    ]


def _requires_rows() -> list[Fault]:
    refunded = {"when": "status = 'refunded'", "in": OTHER}
    by_order = {**refunded, "by": ["id"]}
    all_refunds = "select order_id as id, region, amount from refunds"

    def related(column: str, where: str = "status = 'refunded'") -> Peer:
        given = {"column_name": column, "to": OTHER, "field": column, "from_condition": where}
        return Peer("relationships_where", given)

    def fault(
        name: str, clean: str, faulty: str, arguments: Arguments, other: str = all_refunds, utils: Peer | None = None
    ) -> Fault:
        return Fault(name, "", clean, faulty, arguments, other, utils=utils)

    paid_only = all_but("status = 'refunded'")
    none = "select order_id as id, region, amount from refunds where 1 = 0"
    some = "select order_id as id, region, amount from refunds where order_id <= 500"
    zero = "select order_id as id, region, case when order_id = 10 then 0 else amount end as amount from refunds"
    no_null = "select id, region, amount from orders_null where region is not null"
    hostile = 'select "order", "a b" from hostile where "order" <= 500'
    first_half = all_but("id > 500")
    return [
        fault("refunds are empty", paid_only, ALL, refunded, none, related("id")),
        fault("refunds of half the orders are missing", first_half, ALL, by_order, some, related("id")),
        fault(
            "the refund of one order is missing",
            all_but("id = 1000"),
            ALL,
            by_order,
            "select order_id as id from refunds where order_id < 1000",
            related("id"),
        ),
        fault(
            "one refund twice, another not at all",
            all_but("id = 20"),
            ALL,
            by_order,
            "select case when order_id = 20 then 10 else order_id end as id from refunds",
            related("id"),
        ),
        fault(
            "the group without a name is missing",
            all_but("region is null", "orders_null"),
            WITH_NULL,
            {"when": "amount > 0", "in": OTHER, "by": ["region"]},
            no_null,
            related("region", "amount > 0"),
        ),
        fault(
            "a refund of nothing",
            all_but("id = 10"),
            ALL,
            {**by_order, "in_where": "amount > 0"},
            zero,
            Peer("relationships_where", {**related("id").arguments, "to_condition": "amount > 0"}),
        ),
        fault("the orders are empty", ALL, NOTHING, by_order, all_refunds, related("id")),
        fault(
            "no order is refunded any more", ALL, paid_only, {**by_order, "min_matches": 50}, all_refunds, related("id")
        ),
        fault(
            "a refund in another region",
            ALL,
            changed("region", "'east'", "id = 20"),
            {**refunded, "by": ["id", "region"]},
            all_refunds,
            None,
        ),
        fault(
            "keys in another case",
            ALL,
            changed("region", "upper(region)", "region = 'east'"),
            {**refunded, "by": ["region"]},
            all_refunds,
            related("region"),
        ),
        fault(
            "keys with a blank",
            ALL,
            changed("region", "region || ' '", "id = 20"),
            {**refunded, "by": ["region"]},
            all_refunds,
            related("region"),
        ),
        fault(
            "columns with hostile names",
            'select * from hostile where "order" <= 500',
            HOSTILE,
            {"when": '"MixedCase" > 0', "in": OTHER, "by": ["order", "a b"]},
            hostile,
            Peer("relationships_where", {"column_name": '"order"', "to": OTHER, "field": '"order"'}),
        ),
    ]


def _row_count_within() -> list[Fault]:
    def fault(
        name: str,
        faulty: str,
        arguments: Arguments | None = None,
        clean: str = ALL,
        other: str = ALL,
        by: str = "",
    ) -> Fault:
        given = {"compare_to": OTHER, **(arguments or {})}
        groups = {"group_by_columns": [by]} if by else {}
        utils = Peer("equal_rowcount", {"compare_model": OTHER, **groups})
        groups = {"group_by": [by]} if by else {}
        count = Peer("expect_table_row_count_to_equal_other_table", {"compare_model": OTHER, **groups})
        return Fault(name, "", clean, faulty, given, other, utils=utils, expectations=count)

    region: Arguments = {"group_by": ["region"]}
    half = "select * from orders where id <= 500"
    twice_north = all_but("region = 'south'") + " union all select * from orders where region = 'north'"
    return [
        fault("the tested side is empty", NOTHING),
        fault("the tested side is empty, any change allowed", NOTHING, {"max_change_pct": 1000}),
        fault("the compared side is empty", ALL)._replace(faulty_other=NOTHING),
        fault("both sides are empty", NOTHING)._replace(faulty_other=NOTHING),
        fault("both sides are empty, by region", NOTHING, region, by="region")._replace(faulty_other=NOTHING),
        fault("the table doubled", f"{ALL} union all {ALL}"),
        fault("a hundred rows are there twice", f"{ALL} union all select * from orders where id <= 100"),
        fault("one percent is lost", all_but("id <= 10")),
        fault("half is lost", half),
        fault("a region is gone", all_but("region = 'north'"), region, by="region"),
        fault(
            "a region is new",
            f"{ALL} union all " + changed("region", "'moon'") + " where id = 1",
            region,
            by="region",
        ),
        fault("one region twice, another not at all", twice_north, region, by="region"),
        fault(
            "the group without a name is gone",
            all_but("region is null", "orders_null"),
            region,
            WITH_NULL,
            WITH_NULL,
            by="region",
        ),
        fault(
            "the group without a name is halved",
            all_but("region is null and id <= 500", "orders_null"),
            region,
            WITH_NULL,
            WITH_NULL,
            by="region",
        ),
        fault(
            "both sides are cut to a few rows",
            "select * from orders where id <= 3",
            {"min_rows": 100, "max_change_pct": 1000},
        ),
        fault(
            "a group with a hostile name is gone",
            all_but("\"a b\" = 'north'", "hostile"),
            {"group_by": ["a b"]},
            HOSTILE,
            HOSTILE,
            by='"a b"',
        ),
    ]


def _row_count_vs_previous() -> list[Fault]:
    def fault(name: str, faulty: str, arguments: Arguments, where: str = "", before: int = 1000) -> Fault:
        # bounds that stand for the same percentage, as if the user knew the previous count
        drop = arguments.get("max_change_pct", arguments.get("max_drop_pct"))
        bounds = {"min_value": before * (100 - drop) / 100}
        if "max_change_pct" in arguments:
            bounds["max_value"] = before * (100 + drop) / 100
        between = Peer("expect_table_row_count_to_be_between", bounds)
        return Fault(name, "", ALL, faulty, arguments, where=where, expectations=between)

    ten: Arguments = {"max_change_pct": 10}
    return [
        fault("half is gone", "select * from orders where id <= 500", ten),
        fault("all is gone", NOTHING, ten),
        fault("the table doubled", f"{ALL} union all {ALL}", ten),
        fault("one percent is lost", all_but("id <= 10"), {"max_change_pct": 0.5}),
        fault("fewer rows where only more may come", all_but("id = 1"), {"max_drop_pct": 0}),
        fault("the refunded ones are gone", all_but("status = 'refunded'"), ten, "status = 'refunded'", 100),
        fault(
            "the refunded ones doubled",
            f"{ALL} union all select * from orders where status = 'refunded'",
            ten,
            "status = 'refunded'",
            100,
        ),
    ]


def _unique_key() -> list[Fault]:
    def fault(name: str, faulty: str, columns: list[str], clean: str = ALL, listed: list[str] | None = None) -> Fault:
        combination = Peer("unique_combination_of_columns", {"combination_of_columns": listed or columns})
        compound = Peer("expect_compound_columns_to_be_unique", {"column_list": listed or columns})
        return Fault(name, "", clean, faulty, {"columns": columns}, utils=combination, expectations=compound)

    null_id = "select case when id = 1 then null else id end as id, region from orders"
    two_null = "select case when id <= 2 then null else id end as id, region from orders"
    null_pair = "select case when id = 4 then null else region end as region, id from orders"
    null_pairs = (
        "select case when id in (4, 8) then null else region end as region, "
        "case when id in (4, 8) then 4 else id end as id from orders"
    )
    return [
        fault("one row is there twice", f"{ALL} union all select * from orders where id = 7", ["id"]),
        fault("every row is there twice", f"{ALL} union all {ALL}", ["id"]),
        fault("a hundred rows are there twice", f"{ALL} union all select * from orders where id <= 100", ["id"]),
        fault("one key for two orders", changed("id", "1", "id = 2"), ["id"]),
        fault("two rows of one pair", f"{ALL} union all select * from orders where id = 7", ["id", "region"]),
        fault("two keys are NULL", two_null, ["id"], null_id),
        fault("all keys are NULL", "select cast(null as integer) as id, region from orders", ["id"]),
        fault("two pairs with NULL in one part", null_pairs, ["region", "id"], null_pair),
        fault("the table is empty", NOTHING, ["id"]),
        fault(
            "two rows of a key with a hostile name",
            f'{HOSTILE} union all select * from hostile where "order" = 7',
            ["order", 'say "hi"', "it's", "größe"],
            HOSTILE,
            ['"order"', '"say ""hi"""', '"it\'s"', '"größe"'],
        ),
    ]


FAULTS = [
    *named("not_empty", _not_empty()),
    *named("requires_rows", _requires_rows()),
    *named("row_count_within", _row_count_within()),
    *named("row_count_vs_previous", _row_count_vs_previous()),
    *named("unique_key", _unique_key()),
]
