with landed as (
    select * from {{ source('shop', 'customers') }}
)

select
    country_code,
    cast(id as integer) as customer_id,
    cast(created_at as timestamp) as created_at,
    first_name || ' ' || last_name as full_name,
    lower(email) as email
from landed
