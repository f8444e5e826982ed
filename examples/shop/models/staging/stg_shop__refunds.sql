with landed as (
    select * from {{ source('shop', 'refunds') }}
)

select
    cast(id as integer) as refund_id,
    cast(order_id as integer) as order_id,
    {{ cents_to_money('cast(amount_cents as integer)') }} as amount,
    reason as refund_reason,
    cast(refunded_at as timestamp) as refunded_at
from landed
