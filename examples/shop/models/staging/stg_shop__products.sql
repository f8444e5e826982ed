with landed as (
    select * from {{ source('shop', 'products') }}
)

select
    cast(id as integer) as product_id,
    name as product_name,
    category,
    {{ cents_to_money('cast(price_cents as integer)') }} as price,
    cast(updated_at as timestamp) as updated_at
from landed
