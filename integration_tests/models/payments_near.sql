{# A cent more, a float in another type, and a column more. #}
select
    payment_id,
    region,
    amount + 0.01 as amount,
    cast(ratio as decimal(10, 4)) as ratio,
    status,
    valid_from,
    valid_to,
    'new' as note
from {{ ref('payments') }}
