select * from {{ ref('refunds') }}
where 1 = 0
