with refunds as (
    select * from {{ ref('stg_shop__refunds') }}
),

orders as (
    select * from {{ ref('fct_orders') }}
)

select
    refunds.refund_id,
    refunds.order_id,
    orders.customer_id,
    refunds.amount,
    refunds.refund_reason,
    refunds.refunded_at
from refunds
left join orders on refunds.order_id = orders.order_id
