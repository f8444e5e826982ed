with order_items as (
    select * from {{ ref('int_order_items_with_products') }}
)

select
    order_item_id,
    order_id,
    product_id,
    category,
    quantity,
    unit_price,
    line_amount
from order_items
