{% macro default__test_null_rate_below(
    model, max_pct, column, column_name, by, allow_empty, hint, unknown
) %}
    {% set column = ringfence.tested_column(column, column_name) %}
    {% do ringfence.check_arguments(unknown, {
        'column': column, 'max_pct': max_pct, 'by': by, 'allow_empty': allow_empty, 'hint': hint
    }) %}
    {% if max_pct >= 100 %}
        {% do ringfence.wrong_argument(
            'max_pct is ' ~ max_pct ~ ', so the test can never fail',
            'Write a percentage below 100'
        ) %}
    {% endif %}

    {% set keys = ringfence.key_names(by) %}
    {% set types = ringfence.known_types(ringfence.tested_relation()) %}

    with tested_rows as (
        select
            {{ ringfence.key_columns(by) }},
            case when {{ ringfence.is_missing(column, types.get(column)) }} then 1 else 0 end as is_missing
        from {{ model }}
    ),

    per_group as (
        select
            {{ keys }},
            count(*) as row_count,
            sum(is_missing) as missing_count
        from tested_rows
        group by {{ keys }}
    ),

    {% if not allow_empty %}
        group_size as (
            select count(*) as group_count
            from per_group
        ),
    {% endif %}

    wrong as (
        select
            {{ ringfence.wrong_row(
                "'too many values are missing'",
                ringfence.place(by, 'column ' ~ column),
                ringfence.text_literal('at most ' ~ max_pct ~ ' percent NULL'),
                ringfence.worded('{missing_count} of {row_count rows}'),
                hint
            ) }}
        from per_group
        {# Multiplied, never divided, so that no count of zero makes it NULL. #}
        where missing_count * 100.0 > {{ max_pct }} * row_count
        {{ ringfence.or_empty(allow_empty, 'group_size where group_count = 0', hint) }}
    )

    {{ ringfence.wrong_rows() }}
{% endmacro %}
