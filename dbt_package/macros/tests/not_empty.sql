{% macro default__test_not_empty(model, hint, unknown) %}
    {% do ringfence.check_arguments(unknown, {'hint': hint}) %}

    with counted as (
        select count(*) as row_count
        from {{ model }}
    ),

    wrong as (
        select {{ ringfence.empty_input_row(hint, "'no rows'") }}
        from counted
        where row_count = 0
    )

    {{ ringfence.wrong_rows() }}
{% endmacro %}
