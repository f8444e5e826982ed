with customers as (
    select * from {{ ref('stg_shop__customers') }}
),

countries as (
    select * from {{ ref('countries') }}
),

order_history as (
    select * from {{ ref('int_customer_order_history') }}
)

select
    customers.customer_id,
    customers.full_name,
    customers.email,
    countries.country_name,
    countries.sales_region,
    order_history.first_ordered_at,
    coalesce(order_history.order_count, 0) as order_count,
    coalesce(order_history.lifetime_amount, 0) as lifetime_amount
from customers
left join countries on customers.country_code = countries.country_code
left join order_history on customers.customer_id = order_history.customer_id
