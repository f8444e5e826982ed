select * from {{ ref('payments_empty') }}
