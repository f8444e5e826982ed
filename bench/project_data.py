"""What a generated project talks about: words, entities with their columns, and the macros its models call."""

from __future__ import annotations

import random
from typing import NamedTuple

RAW_ROWS = 60
DOMAINS = ("finance", "sales", "product", "support", "operations", "marketing", "people", "risk")
DIMENSIONS = ("customers", "products", "stores", "employees")

_WORDS = """
customer account order revenue net gross daily weekly monthly current historical status source system
record identifier business key amount currency converted adjusted reported booked recognised finance
operations support product usage session event channel campaign region country segment cohort churn
lifetime value first last latest valid cleaned deduplicated enriched aggregated joined derived from the
upstream table used by analysts for reporting and planning one row per entity per day excludes test
internal accounts see runbook for exceptions owner is data platform team refreshed hourly
"""
WORDS = _WORDS.split()

STATUS = {
    "order_status": ["placed", "paid", "shipped", "completed", "returned"],
    "payment_method": ["card", "bank_transfer", "wallet", "voucher"],
    "ticket_state": ["new", "open", "pending", "solved"],
    "plan": ["free", "starter", "team", "enterprise"],
    "channel": ["web", "ios", "android", "partner", "phone"],
    "tier": ["bronze", "silver", "gold"],
}

# entity, then its columns: name in the raw file, name in the models, kind (`fk:` the entity, `st:` the list of values)
_TABLES = """
customers
    id             customer_id         id
    first_nm       first_name          text
    last_nm        last_name           text
    email_addr     email               text
    tier_cd        tier                st:tier
    country_cd     country_code        text
    is_test        is_test_account     flag
    signup_dt      signup_date         date
    created        created_at          ts
    updated        updated_at          ts
products
    id             product_id          id
    sku_cd         sku                 text
    nm             product_name        text
    price_cents    list_price          cents
    weight         weight_grams        int
    active_fl      is_active           flag
    created        created_at          ts
    updated        updated_at          ts
stores
    id             store_id            id
    nm             store_name          text
    region_nm      region              text
    opened         opened_date         date
    area           area_sqm            int
    updated        updated_at          ts
employees
    id             employee_id         id
    store          store_id            fk:stores
    nm             employee_name       text
    role_nm        role_name           text
    hired          hire_date           date
    salary_cents   salary              cents
    updated        updated_at          ts
orders
    id             order_id            id
    cust           customer_id         fk:customers
    store          store_id            fk:stores
    status_cd      order_status        st:order_status
    channel_cd     channel             st:channel
    subtotal_cents subtotal_amount     cents
    tax_cents      tax_amount          cents
    total_cents    total_amount        cents
    gift_fl        is_gift             flag
    ordered        ordered_at          ts
    updated        updated_at          ts
order_items
    id             order_item_id       id
    ord            order_id            fk:orders
    prod           product_id          fk:products
    qty            quantity            int
    unit_cents     unit_price          cents
    disc_cents     discount_amount     cents
    created        created_at          ts
    updated        updated_at          ts
payments
    id             payment_id          id
    ord            order_id            fk:orders
    method         payment_method      st:payment_method
    amt_cents      payment_amount      cents
    fee_cents      processor_fee       cents
    settled_fl     is_settled          flag
    paid           paid_at             ts
    updated        updated_at          ts
refunds
    id             refund_id           id
    pay            payment_id          fk:payments
    amt_cents      refund_amount       cents
    reason_nm      refund_reason       text
    refunded       refunded_at         ts
    updated        updated_at          ts
subscriptions
    id             subscription_id     id
    cust           customer_id         fk:customers
    plan_cd        plan                st:plan
    mrr_cents      mrr_amount          cents
    seats          seat_count          int
    auto_fl        is_auto_renewing    flag
    started        started_date        date
    updated        updated_at          ts
invoices
    id             invoice_id          id
    sub            subscription_id     fk:subscriptions
    amt_cents      invoice_amount      cents
    tax_cents      invoice_tax         cents
    paid_fl        is_paid             flag
    issued         issued_date         date
    updated        updated_at          ts
sessions
    id             session_id          id
    cust           customer_id         fk:customers
    channel_cd     channel             st:channel
    pages          page_count          int
    dur            duration_seconds    int
    bounce_fl      is_bounce           flag
    started        session_started_at  ts
    updated        updated_at          ts
tickets
    id             ticket_id           id
    cust           customer_id         fk:customers
    emp            employee_id         fk:employees
    state_cd       ticket_state        st:ticket_state
    subj           subject             text
    csat           csat_score          int
    opened         opened_at           ts
    updated        updated_at          ts
"""


class RawColumn(NamedTuple):
    """A column of a raw file, the name that staging gives it, and what it holds."""

    raw: str
    name: str
    kind: str


class Kind(NamedTuple):
    """What columns of a kind have in common: their type, and the expression that staging makes of the raw column."""

    data_type: str
    expression: str


KINDS = {
    "id": Kind("bigint", "{{ to_id('%s') }}"),
    "fk": Kind("bigint", "{{ to_id('%s') }}"),
    "st": Kind("varchar", "{{ clean_code('%s') }}"),
    "text": Kind("varchar", "{{ clean_text('%s') }}"),
    "cents": Kind("decimal(18,2)", "{{ cents_to_amount('%s') }}"),
    "ts": Kind("timestamp", "{{ to_utc('%s') }}"),
    "date": Kind("date", "{{ to_date_safe('%s') }}"),
    "flag": Kind("boolean", "{{ to_flag('%s') }}"),
    "int": Kind("integer", "cast(%s as integer)"),
    "count": Kind("bigint", "%s"),
    "hash": Kind("varchar", "%s"),
}


def _entities() -> dict[str, list[RawColumn]]:
    found: dict[str, list[RawColumn]] = {}
    for line in _TABLES.strip().splitlines():
        if line.startswith(" "):
            found[list(found)[-1]].append(RawColumn(*line.split()))
        else:
            found[line] = []
    return found


ENTITIES = _entities()


def kind_of(kind: str) -> Kind:
    """`fk:orders` is a kind of `fk`."""
    return KINDS[kind.partition(":")[0]]


def sentence(rng: random.Random, low: int, high: int) -> str:
    text = " ".join(rng.choice(WORDS) for _ in range(rng.randint(low, high)))
    return f"{text[0].upper()}{text[1:]}."


def raw_value(column: RawColumn, row: int, rng: random.Random) -> object:
    """The value of a raw column in one row; asks `rng` only for what it needs."""
    kind, _, argument = column.kind.partition(":")
    if kind == "id":
        return row
    if kind == "st":
        return rng.choice(STATUS[argument])
    if kind == "text":
        return f"{column.raw} {rng.choice(WORDS)} {row}"
    if kind == "ts":
        return f"2025-{rng.randint(1, 12):02d}-{rng.randint(1, 28):02d} {rng.randint(0, 23):02d}:15:00"
    if kind == "date":
        return f"2024-{rng.randint(1, 12):02d}-{rng.randint(1, 28):02d}"
    if kind == "flag":
        return rng.choice(["true", "false"])
    low, high = {"fk": (1, RAW_ROWS), "cents": (100, 99999)}.get(kind, (1, 500))
    return rng.randint(low, high)


MACROS = {
    "casting": """{% macro to_id(column) -%}
    cast({{ column }} as bigint)
{%- endmacro %}

{% macro clean_text(column) -%}
    nullif(trim(cast({{ column }} as varchar)), '')
{%- endmacro %}

{% macro clean_code(column) -%}
    lower(trim(cast({{ column }} as varchar)))
{%- endmacro %}

{% macro cents_to_amount(column, scale=2) -%}
    cast({{ column }} / 100.0 as decimal(18, {{ scale }}))
{%- endmacro %}

{% macro to_utc(column) -%}
    cast({{ column }} as timestamp)
{%- endmacro %}

{% macro to_date_safe(column) -%}
    cast({{ column }} as date)
{%- endmacro %}

{% macro to_flag(column) -%}
    cast({{ column }} as boolean)
{%- endmacro %}
""",
    "maths": """{% macro safe_divide(numerator, denominator) -%}
    case when {{ denominator }} = 0 then null else {{ numerator }} / {{ denominator }} end
{%- endmacro %}

{% macro zero_if_null(column) -%}
    coalesce({{ column }}, 0)
{%- endmacro %}
""",
    "keys": """{% macro surrogate_key(columns) -%}
    md5(
        {%- for column in columns %}
        coalesce(cast({{ column }} as varchar), '_null_'){{ " || '-' || " if not loop.last }}
        {%- endfor %}
    )
{%- endmacro %}
""",
    "environment": """{% macro limit_in_dev(column) -%}
    {% if target.name == 'dev_limited' -%}
    where {{ column }} >= current_date - interval '3 days'
    {%- endif %}
{%- endmacro %}

{% macro is_ci() -%}
    {{ return(target.name == 'ci') }}
{%- endmacro %}

{% macro log_run(message) -%}
    {% if execute %}{{ log(message, info=false) }}{% endif %}
{%- endmacro %}
""",
    "generic_tests": """{% test is_non_negative(model, column_name) %}
select {{ column_name }}
from {{ model }}
where {{ column_name }} < 0
{% endtest %}
""",
}

# In the order of the properties file that describes them.
DESCRIBED_MACROS = (
    "to_id",
    "clean_text",
    "clean_code",
    "cents_to_amount",
    "to_utc",
    "to_date_safe",
    "to_flag",
    "safe_divide",
    "zero_if_null",
    "surrogate_key",
    "limit_in_dev",
    "is_ci",
    "log_run",
)
