with products as (
    select * from {{ ref('stg_shop__products') }}
)

select
    product_id,
    product_name,
    category,
    price
from products
