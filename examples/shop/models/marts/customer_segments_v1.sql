with customers as (
    select * from {{ ref('dim_customers') }}
)

select
    customer_id,
    case when order_count > 1 then 'returning' else 'new' end as segment
from customers
