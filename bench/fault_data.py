"""What a seeded fault is, and the clean tables that the faults are made from."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

Arguments = Mapping[str, Any]

OTHER = "source('faults', '{other}')"  # the relation beside the tested one, in arguments


class Peer(NamedTuple):
    """The nearest test of another package, with the arguments that a user would write; names are quoted by hand."""

    test: str
    arguments: Arguments


class Fault(NamedTuple):
    """One fault: the tested table before and after it, and the tests that should tell them apart."""

    name: str
    test: str
    clean: str
    faulty: str
    arguments: Arguments
    other: str = ""  # the table beside the tested one
    faulty_other: str = ""  # beside the faulty twin, where it is another one
    where: str = ""
    utils: Peer | None = None
    expectations: Peer | None = None


def named(test: str, faults: list[Fault]) -> list[Fault]:
    """Return the faults with the name of their test before their own."""
    return [fault._replace(name=f"{test}: {fault.name}", test=test) for fault in faults]


def all_but(condition: str, table: str = "orders") -> str:
    """Return a query of the rows of a table that do not match; NULL counts as no match."""
    return f"select * from {table} where not coalesce({condition}, false)"


def changed(column: str, value: str, condition: str = "true", table: str = "orders") -> str:
    """Return a query of a table whose column has another value in the rows that match."""
    value = f"case when {condition} then {value} else {column} end as {column}"
    columns = [value if name == column else name for name in COLUMNS[table]]
    return f"select {', '.join(columns)} from {table}"


_ORDER = ["id", "region", "status", "amount", "ratio", "note", "created_at"]
COLUMNS = {
    "orders": _ORDER,
    "orders_null": _ORDER,
    "hostile": ['"order"', '"a b"', '"MixedCase"', '"say ""hi"""', '"it\'s"', '"größe"'],
}

# 1,000 orders of four regions, one a minute until now; every tenth is refunded.
ORDERS = """
select
    cast(i as integer) as id,
    case i % 4 when 0 then 'north' when 1 then 'south' when 2 then 'east' else 'west' end as region,
    case when i % 10 = 0 then 'refunded' else 'paid' end as status,
    cast(i % 97 + 1 as decimal(10, 2)) as amount,
    cast(i as double precision) / 7 as ratio,
    'note ' || cast(i as varchar) as note,
    cast('{now}' as timestamp) - interval '1 minute' * i as created_at
from generate_series(1, 1000) as series(i)
"""

TABLES = {
    "orders": ORDERS,
    "orders_null": "select id, case when region = 'west' then null else region end as region, status, amount, ratio,"
    " note, created_at from orders",
    "refunds": "select id as order_id, region, amount from orders where status = 'refunded'",
    "hostile": 'select id as "order", region as "a b", amount as "MixedCase", ratio as "say ""hi""",'
    ' created_at as "it\'s", id as "größe" from orders',
    # ten items with five months each, the last one open
    "prices": """
        select
            cast((i - i % 5) / 5 as integer) as item,
            cast('2024-01-01' as date) + cast(30 * (i % 5) as integer) as valid_from,
            case when i % 5 < 4 then cast('2024-01-01' as date) + cast(30 * (i % 5) + 30 as integer) end as valid_to
        from generate_series(0, 49) as series(i)
    """,
}
