{# The same rows, with columns and rows in another order. #}
select
    status,
    valid_to,
    valid_from,
    region,
    ratio,
    amount,
    payment_id
from {{ ref('payments') }}
order by payment_id desc
