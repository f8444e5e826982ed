with landed as (
    select * from {{ source('shop', 'order_items') }}
)

select
    cast(id as integer) as order_item_id,
    cast(order_id as integer) as order_id,
    cast(product_id as integer) as product_id,
    cast(quantity as integer) as quantity,
    {{ cents_to_money('cast(unit_price_cents as integer)') }} as unit_price
from landed
