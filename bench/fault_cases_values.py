"""Seeded faults for not_null_where, null_rate_below, sums_match, conditional_on_var and columns_are."""

from __future__ import annotations

from typing import Any

from fault_data import COLUMNS, OTHER, Arguments, Fault, Peer, all_but, changed, named

ALL = "select * from orders"
NOTHING = "select * from orders where 1 = 0"
WITH_NULL = "select * from orders_null"
HOSTILE = "select * from hostile"
NAN = "cast('NaN' as double precision)"


def _not_null_where() -> list[Fault]:
    def fault(
        name: str,
        faulty: str,
        column: str = "amount",
        condition: str = "status = 'refunded'",
        clean: str = ALL,
        quoted: str = "",
        **arguments: Any,
    ) -> Fault:
        at_least = {"column_name": quoted or column, "at_least": 1.0, "config": {"where": condition}}
        utils = Peer("not_null_proportion", at_least)
        given = {"column_name": quoted or column, "row_condition": condition}
        expectations = Peer("expect_column_values_to_not_be_null", given)
        found = {"column": column, "condition": condition, **arguments}
        return Fault(name, "", clean, faulty, found, utils=utils, expectations=expectations)

    return [
        fault("half the amounts are NULL", changed("amount", "null", "id % 20 = 0")),
        fault("all amounts are NULL", changed("amount", "null")),
        fault("one amount is NULL", changed("amount", "null", "id = 10")),
        fault("one ratio is NaN", changed("ratio", NAN, "id = 10"), "ratio"),
        fault("every ratio is NaN", changed("ratio", NAN), "ratio"),
        fault("the table is empty", NOTHING),
        fault("nothing matches any more", all_but("status = 'refunded'"), min_matches=1),
        fault("the statuses are NULL, so nothing matches", changed("status", "null"), min_matches=50),
        fault(
            "one group has no amounts",
            changed("amount", "null", "region is null", "orders_null"),
            clean=WITH_NULL,
            condition="id > 0",
            by=["region"],
        ),
        fault(
            "a column with a hostile name is NULL",
            changed('"MixedCase"', "null", '"order" = 7', "hostile"),
            "MixedCase",
            '"order" > 0',
            HOSTILE,
            '"MixedCase"',
            by=["a b"],
        ),
    ]


def _null_rate_below() -> list[Fault]:
    def fault(
        name: str,
        faulty: str,
        column: str = "amount",
        clean: str = ALL,
        by: str = "",
        quoted: str = "",
        pct: float = 10,
    ) -> Fault:
        groups: Arguments = {"group_by_columns": [quoted or by]} if by else {}
        at_least = {"column_name": '"MixedCase"' if quoted else column, "at_least": 1 - pct / 100, **groups}
        given = {"column": column, "max_pct": pct, **({"by": [by]} if by else {})}
        return Fault(name, "", clean, faulty, given, utils=Peer("not_null_proportion", at_least))

    return [
        fault("all amounts are NULL", changed("amount", "null")),
        fault("half the amounts are NULL", changed("amount", "null", "id <= 500")),
        fault(
            "eleven percent are NULL",
            changed("amount", "null", "id <= 110"),
            clean=changed("amount", "null", "id <= 100"),
        ),
        fault("one value is NULL where none may be", changed("amount", "null", "id = 1"), pct=0),
        fault("one region has no amounts", changed("amount", "null", "region = 'north'"), by="region"),
        fault(
            "the group without a name has no amounts",
            changed("amount", "null", "region is null", "orders_null"),
            clean=WITH_NULL,
            by="region",
        ),
        fault(
            "a group of one row has no amount",
            f"{ALL} union all " + changed("region", "'moon'").replace("amount", "null") + " where id = 1",
            by="region",
        ),
        fault("the table is empty", NOTHING),
        fault("a fifth of the ratios is NaN", changed("ratio", NAN, "id % 5 = 0"), "ratio"),
        fault(
            "hostile names: a group has no values",
            changed('"MixedCase"', "null", "\"a b\" = 'north'", "hostile"),
            "MixedCase",
            HOSTILE,
            "a b",
            '"a b"',
        ),
    ]


def _sums_match() -> list[Fault]:
    def fault(
        name: str,
        faulty: str,
        by: str = "",
        column: str = "amount",
        clean: str = ALL,
        other: str = ALL,
        quoted: str = "",
        **arguments: Any,
    ) -> Fault:
        given = {"compare_to": OTHER, "column": column, **({"by": [by]} if by else {}), **arguments}
        groups: Arguments = {"group_by": [quoted or by]} if by else {}
        tolerance = {"tolerance_percent": arguments["pct"] / 100} if "pct" in arguments else {}
        if "abs" in arguments:
            tolerance = {"tolerance": arguments["abs"]}
        expression = f'sum("{column}")' if quoted else f"sum({column})"
        peer = {"expression": expression, "compare_model": OTHER, **groups, **tolerance}
        return Fault(
            name,
            "",
            clean,
            faulty,
            given,
            other,
            utils=Peer("equality", {"compare_model": OTHER, "compare_columns": [*groups.get("group_by", []), column]})
            if not (quoted or tolerance)
            else None,
            expectations=Peer("expect_table_aggregation_to_equal_other_table", peer),
        )

    offset = changed("amount", "amount + case id when 1 then 7 else -7 end", "id in (1, 2)")
    infinite = changed("ratio", "cast('Infinity' as double precision)", "id = 1")
    return [
        fault("the tested side is empty", NOTHING),
        fault("the tested side is empty, five percent allowed", NOTHING, pct=5),
        fault("an amount has another sign", changed("amount", "-amount", "id = 5")),
        fault("cents are taken for units", changed("amount", "amount * 100", "id <= 10")),
        fault("seven more here and seven less there", offset, "region"),
        fault("a region is gone", all_but("region = 'north'"), "region"),
        fault(
            "a region of no amount is gone",
            all_but("region = 'north'", "orders"),
            "region",
            clean=changed("amount", "0", "region = 'north'"),
            other=changed("amount", "0", "region = 'north'"),
        ),
        fault(
            "the group without a name is gone",
            all_but("region is null", "orders_null"),
            "region",
            clean=WITH_NULL,
            other=WITH_NULL,
        ),
        fault(
            "the group without a name changed",
            changed("amount", "amount + 1", "region is null", "orders_null"),
            "region",
            clean=WITH_NULL,
            other=WITH_NULL,
        ),
        fault("all amounts are NULL", changed("amount", "null")),
        fault("half the amounts are NULL", changed("amount", "null", "id <= 500")),
        fault("all amounts of a region are NULL", changed("amount", "null", "region = 'north'"), "region"),
        fault("a hundred rows are there twice", f"{ALL} union all select * from orders where id <= 100"),
        fault("one ratio is NaN", changed("ratio", NAN, "id = 5"), column="ratio"),
        fault("one ratio is infinite", infinite, column="ratio"),
        fault("one ratio is infinite on both sides", infinite, column="ratio")._replace(faulty_other=infinite),
        fault("all ratios are NULL on both sides", changed("ratio", "null"), column="ratio")._replace(
            faulty_other=changed("ratio", "null")
        ),
        fault("the compared side is empty", ALL)._replace(faulty_other=NOTHING),
        fault("both sides are empty", NOTHING)._replace(faulty_other=NOTHING),
        fault(
            "amounts are half a unit up, one allowed in all",
            changed("amount", "amount + 0.5", "id <= 10"),
            clean=ALL,
            abs=1,
        ),
        fault("six percent are lost, five allowed", all_but("id > 940"), pct=5),
        fault(
            "something where zero is right",
            changed("amount", "0"),
            clean=changed("amount", "0", "true") + " where 1 = 1",
            other=changed("amount", "0"),
            pct=50,
        )._replace(faulty=changed("amount", "case when id = 1 then 1 else 0 end")),
        fault(
            "hostile names: a group is gone",
            all_but("\"a b\" = 'north'", "hostile"),
            "a b",
            "MixedCase",
            HOSTILE,
            HOSTILE,
            '"a b"',
        ),
    ]


def _conditional_on_var() -> list[Fault]:
    def fault(name: str, faulty: str, then: str = "amount > 0", clean: str = ALL, **arguments: Any) -> Fault:
        given = {"var": "growth", "then": then, **arguments}
        utils = Peer("expression_is_true", {"expression": then})
        return Fault(name, "", clean, faulty, given, utils=utils, expectations=utils)

    refunded = "status = 'refunded'"
    return [
        fault("one amount is zero", changed("amount", "0", "id = 5")),
        fault("every amount is zero", changed("amount", "0")),
        fault("one amount is NULL", changed("amount", "null", "id = 5")),
        fault("every amount is NULL", changed("amount", "null")),
        fault("the table is empty", NOTHING),
        fault("no refunded order is there", all_but(refunded), refunded, rows="some")._replace(
            utils=Peer("at_least_one", {"column_name": "id", "config": {"where": refunded}}),
            expectations=Peer("expect_table_row_count_to_be_between", {"min_value": 1, "row_condition": refunded}),
        ),
        fault("a value of the variable asks for it", changed("amount", "0", "id = 5"), equals=0.2),
        fault(
            "hostile names: one is zero",
            changed('"MixedCase"', "0", '"order" = 5', "hostile"),
            '"MixedCase" > 0',
            HOSTILE,
        ),
    ]


def _columns_are() -> list[Fault]:
    names = COLUMNS["orders"]
    listed = ", ".join(names)

    def fault(name: str, faulty: str, expectations: Peer | None = None, clean: str = ALL, **arguments: Any) -> Fault:
        match_set = Peer("expect_table_columns_to_match_set", {"column_list": names})
        return Fault(name, "", clean, faulty, arguments or {"names": names}, expectations=expectations or match_set)

    ordered = Peer("expect_table_columns_to_match_ordered_list", {"column_list": names})

    def of_type(column: str, *kinds: str) -> Peer:
        given = {"column_name": column, "column_type_list": list(kinds)}
        return Peer("expect_column_values_to_be_in_type_list", given)

    hostile = Peer(
        "expect_table_columns_to_match_set", {"column_list": ["order", "a b", "MixedCase", 'say "hi"', "it's", "größe"]}
    )
    return [
        fault("a column is gone", f"select {listed.replace(', note', '')} from orders"),
        fault("a column is new", f"select {listed}, 1 as extra from orders"),
        fault("a column has another name", f"select {listed.replace('note', 'note as remark')} from orders"),
        fault(
            "two columns changed places",
            f"select {listed.replace('id, region', 'region, id')} from orders",
            ordered,
            names=names,
            ordered=True,
        ),
        fault(
            "two columns changed names",
            f"select {listed.replace('status', 'status as note').replace(', note,', ', note as status,')} from orders",
            ordered,
            names=names,
            ordered=True,
        ),
        fault(
            "an integer is a text",
            f"select {listed.replace('id', 'cast(id as varchar) as id', 1)} from orders",
            of_type("id", "integer"),
            types={"id": "int"},
        ),
        fault(
            "a decimal has fewer digits",
            f"select {listed.replace('amount', 'cast(amount as decimal(8, 1)) as amount')} from orders",
            of_type("amount", "decimal(10,2)", "numeric"),
            types={"amount": "decimal(10, 2)"},
        ),
        fault(
            "a moment is a date",
            f"select {listed.replace('created_at', 'cast(created_at as date) as created_at')} from orders",
            of_type("created_at", "timestamp", "timestamp without time zone"),
            types={"created_at": "timestamp"},
        ),
        fault("the table is empty", NOTHING),
        fault(
            "hostile names: one is new",
            'select hostile.*, 1 as "x""; drop table canary; --" from hostile',
            hostile,
            HOSTILE,
            names=["order", "a b", "MixedCase", 'say "hi"', "it's", "größe"],
        ),
    ]


FAULTS = [
    *named("not_null_where", _not_null_where()),
    *named("null_rate_below", _null_rate_below()),
    *named("sums_match", _sums_match()),
    *named("conditional_on_var", _conditional_on_var()),
    *named("columns_are", _columns_are()),
]
