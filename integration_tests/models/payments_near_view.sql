select * from {{ ref('payments_near') }}
