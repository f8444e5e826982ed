{% macro default__test_not_empty(model, hint, unknown) %}
    {% do ringfence.refuse_unknown('not_empty', unknown, ['hint']) %}

    with counted as (
        select count(*) as row_count
        from {{ model }}
    ),

    wrong as (
        select
            {{ ringfence.wrong_row("'no rows'", "'all rows'", "'at least 1 row'", "'0 rows'", hint) }}
        from counted
        where row_count = 0
    )

    select what, where_, expected, got, hint
    from wrong
    where {{ ringfence.emptiness_is_judged('not_empty') }}
{% endmacro %}
