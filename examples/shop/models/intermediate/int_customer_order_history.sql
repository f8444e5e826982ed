with kept_orders as (
    select * from {{ ref('int_orders_with_payments') }}
    where order_status not in ('returned', 'cancelled')
)

select
    customer_id,
    cast(count(*) as integer) as order_count,
    cast(sum(order_amount) as decimal(18, 2)) as lifetime_amount,
    min(ordered_at) as first_ordered_at
from kept_orders
group by customer_id
