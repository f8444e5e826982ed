{# NULL in a key, in a measure and in a group; a decimal and a float; half-open intervals that touch. #}
with unioned as (
    select
        1 as payment_id,
        'north' as region,
        10.00 as amount,
        cast(0.1 as {{ 'double' if target.type == 'spark' else 'double precision' }}) as ratio,
        'paid' as status,
        cast('2024-01-01' as date) as valid_from,
        cast('2024-02-01' as date) as valid_to
    union all
    select 2, 'north', 20.00, 0.2, 'paid', cast('2024-02-01' as date), null
    union all
    select 3, 'south', 30.00, 0.3, 'refunded', null, cast('2024-01-01' as date)
    union all
    select 4, null, 40.00, 0.4, 'refunded', cast('2024-01-01' as date), cast('2024-03-01' as date)
    union all
    select 5, null, null, null, 'open', cast('2024-03-01' as date), cast('2024-03-01' as date)
)

select
    payment_id,
    region,
    cast(amount as decimal(10, 2)) as amount,
    ratio,
    status,
    valid_from,
    valid_to
from unioned
