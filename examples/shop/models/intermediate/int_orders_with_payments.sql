with orders as (
    select * from {{ ref('stg_shop__orders') }}
),

order_amounts as (
    select
        order_id,
        sum(line_amount) as order_amount
    from {{ ref('int_order_items_with_products') }}
    group by order_id
),

order_payments as (
    select
        order_id,
        sum(amount) as paid_amount
    from {{ ref('stg_shop__payments') }}
    group by order_id
)

select
    orders.order_id,
    orders.customer_id,
    orders.order_status,
    orders.ordered_at,
    cast(coalesce(order_amounts.order_amount, 0) as decimal(18, 2)) as order_amount,
    cast(coalesce(order_payments.paid_amount, 0) as decimal(18, 2)) as paid_amount
from orders
left join order_amounts on orders.order_id = order_amounts.order_id
left join order_payments on orders.order_id = order_payments.order_id
