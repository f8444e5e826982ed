{# A new and an old row in every type that holds a moment; the future in one of them. #}
select
    'new' as age,
    current_timestamp as with_zone,
    cast(cast(current_timestamp as date) as timestamp) as without_zone,
    cast(current_timestamp as date) as on_day,
    cast(cast(current_timestamp as date) as {{ 'string' if target.type == 'spark' else 'varchar' }}) || 'T00:00:00Z' as in_text,
    cast('2999-12-31' as date) as planned_for,
    cast(null as timestamp) as never,
    7 as number
union all
select
    'old',
    cast('2020-01-01 00:00:00+00' as {{ 'timestamp' if target.type == 'spark' else 'timestamp with time zone' }}),
    cast('2020-01-01 00:00:00' as timestamp),
    cast('2020-01-01' as date),
    '2020-01-01 00:00:00+00',
    cast('2020-01-01' as date),
    null,
    7
