select * from {{ ref('payments') }}
where 1 = 0
