with landed as (
    select * from {{ source('shop', 'payments') }}
)

select
    cast(id as integer) as payment_id,
    cast(order_id as integer) as order_id,
    method as payment_method,
    {{ cents_to_money('cast(amount_cents as integer)') }} as amount,
    cast(paid_at as timestamp) as paid_at
from landed
