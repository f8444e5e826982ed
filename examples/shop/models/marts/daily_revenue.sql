{{ config(
    materialized='table',
    tags=['finance']
) }}

with paid_orders as (
    select * from {{ ref('fct_orders') }}
    where is_paid and order_status <> 'returned'
)

select
    cast(ordered_at as date) as ordered_on,
    count(*) as order_count,
    sum(order_amount) as revenue
from paid_orders
group by cast(ordered_at as date)
