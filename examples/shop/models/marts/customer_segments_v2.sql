with customers as (
    select * from {{ ref('dim_customers') }}
)

select
    customer_id,
    case
        when lifetime_amount >= 500 then 'high'
        when lifetime_amount > 0 then 'standard'
        else 'none'
    end as value_segment,
    order_count > 1 as is_returning
from customers
