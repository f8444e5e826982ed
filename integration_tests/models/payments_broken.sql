{# 1 and 2 offset each other, 3 is there twice, 4 is gone, 5 has NaN, 6 is new and ends before it starts. #}
select
    payment_id,
    region,
    cast(case payment_id when 1 then 17.00 when 2 then 13.00 else amount end as decimal(10, 2)) as amount,
    case payment_id when 5 then cast('NaN' as {{ 'double' if target.type == 'spark' else 'double precision' }}) else ratio end as ratio,
    status,
    valid_from,
    valid_to
from {{ ref('payments') }}
where payment_id <> 4
union all
select
    payment_id,
    region,
    amount,
    ratio,
    status,
    valid_from,
    valid_to
from {{ ref('payments') }}
where payment_id = 3
union all
select
    6,
    'west',
    null,
    0.6,
    'paid',
    cast('2024-05-01' as date),
    cast('2024-04-01' as date)
