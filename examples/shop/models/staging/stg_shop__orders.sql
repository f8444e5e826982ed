with landed as (
    select * from {{ source('shop', 'orders') }}
)

select
    cast(id as integer) as order_id,
    cast(customer_id as integer) as customer_id,
    status as order_status,
    cast(ordered_at as timestamp) as ordered_at
from landed
