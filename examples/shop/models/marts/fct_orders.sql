with orders as (
    select * from {{ ref('int_orders_with_payments') }}
)

select
    order_id,
    customer_id,
    order_status,
    ordered_at,
    order_amount,
    paid_amount,
    paid_amount >= order_amount as is_paid
from orders
