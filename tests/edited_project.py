"""A small project with everything that the logic of a model may reach, and what its locks would hold of it."""

from __future__ import annotations

DBT_PROJECT = """\
name: shop
vars:
  start_date: "2024-01-01"
  shop:
    minimum: 5
    regions: [north, south]
models:
  shop:
    +persist_docs: {relation: true}
    staging:
      +materialized: ephemeral
    marts:
      +materialized: table
      +tags: [locked]
      +schema: finance
"""
SCHEMA = """\
version: 2
models:
  - name: fct_orders
    description: One row per order that was not cancelled.
    config:
      contract: {enforced: true}
      on_schema_change: fail
    columns:
      - name: order_id
        data_type: integer
        description: The key.
        constraints: [{type: not_null}]
        data_tests: [unique]
      - name: amount
        data_type: decimal(18,2)
        description: In the currency of the shop.
      - name: segment
        data_type: varchar
  - name: fct_days
    description: Sales of a day and region.
    access: public
    columns:
      - name: ordered_on
        data_type: date
      - name: region
      - name: revenue
  - name: stg_orders
    columns:
      - {name: order_id, data_tests: [unique, not_null]}
sources:
  - name: raw
    tables:
      - name: orders
        columns: [{name: order_id}, {name: amount_cents}]
      - name: customers
"""
STG_ORDERS = """\
with source as (
    select * from {{ source('raw', 'orders') }}
),

typed as (
    select
        cast(id as integer) as order_id,
        cast(customer_id as integer) as customer_id,
        amount_cents,
        lower(status) as status,
        ordered_at::date as ordered_on,
        region
    from source
    where ordered_at >= '{{ var("start_date") }}'
        and not is_test
)

select order_id, customer_id, amount_cents, status, ordered_on, region from typed
"""
STG_CUSTOMERS = """\
select distinct
    cast(id as integer) as customer_id,
    trim(name) as full_name,
    coalesce(country, 'unknown') as country
from {{ source('raw', 'customers') }}
where name is not null
"""
FCT_ORDERS = """\
{{ config(unique_key='order_id', alias='orders') }}

with orders as (
    select * from {{ ref('stg_orders') }}
),

customers as (
    select * from {{ ref('stg_customers') }}
),

sums as (
    select
        customer_id,
        count(*) as order_count,
        sum(amount_cents) as total
    from orders
    group by customer_id
    having count(*) > 1
)

select
    orders.order_id,
    cast({{ to_money('orders.amount_cents') }} * rates.rate as decimal(18, 2)) as amount,
    case
        when sums.order_count >= {{ var('minimum') }} then 'returning'
        when sums.total > 1000 then 'large'
        else 'new'
    end as segment
from orders
left join customers on orders.customer_id = customers.customer_id
inner join {{ ref('rates') }} as rates on customers.country = rates.country
left join sums on orders.customer_id = sums.customer_id
where orders.status <> 'cancelled'
    and orders.amount_cents > 0
"""
FCT_DAYS = """\
{{
    config(
        materialized='incremental',
        unique_key=['ordered_on', 'region'],
        incremental_strategy='delete+insert'
    )
}}

with lines as (
    {% for region in var('regions') %}
    select ordered_on, region, {{ to_money('amount_cents') }} as amount
    from {{ ref('stg_orders') }}
    where region = '{{ region }}'
    {% if not loop.last %}union all{% endif %}
    {% endfor %}
)

select
    {{ day_of('ordered_on') }} as ordered_on,
    region,
    sum(amount) as revenue,
    count(distinct amount) as amounts
from lines
{% if is_incremental() %}
where ordered_on > (select max(ordered_on) from {{ this }})
{% endif %}
group by ordered_on, region
order by ordered_on desc
limit 10000
"""
MONEY = """\
{% macro to_money(column, digits=2) %}
    round({{ column }} / {{ cents() }}, {{ digits }})
{% endmacro %}

{% macro cents() %}100.0{% endmacro %}
"""
DAYS = """\
{% macro day_of(column) -%}
    {%- if target.type == 'bigquery' -%}
        date({{ column }})
    {%- else -%}
        cast(date_trunc('day', {{ column }}) as date)
    {%- endif -%}
{%- endmacro %}

{% macro nobody_calls() %}select 1 as one from nowhere where one > 1{% endmacro %}
"""
RATES = "country,rate\nde,1.0\nch,0.95\nunknown,1.0\n"

FILES = {
    "dbt_project.yml": DBT_PROJECT,
    "models/schema.yml": SCHEMA,
    "models/staging/stg_orders.sql": STG_ORDERS,
    "models/staging/stg_customers.sql": STG_CUSTOMERS,
    "models/marts/fct_orders.sql": FCT_ORDERS,
    "models/marts/fct_days.sql": FCT_DAYS,
    "macros/money.sql": MONEY,
    "macros/days.sql": DAYS,
    "seeds/rates.csv": RATES,
}
LOCKED = ("fct_orders", "fct_days")
