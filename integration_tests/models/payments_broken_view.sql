select * from {{ ref('payments_broken') }}
