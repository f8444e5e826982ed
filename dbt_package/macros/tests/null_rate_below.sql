{% macro default__test_null_rate_below(
    model, max_pct, column, column_name, by, allow_empty, hint, unknown
) %}
    {% set known = ['column', 'max_pct', 'by', 'allow_empty', 'hint'] %}
    {% do ringfence.refuse_unknown('null_rate_below', unknown, known) %}
    {% set column = ringfence.tested_column('null_rate_below', column, column_name) %}
    {% do ringfence.require_percentage('null_rate_below', 'max_pct', max_pct) %}
    {% if max_pct >= 100 %}
        {% do ringfence.wrong_argument(
            'null_rate_below', 'max_pct is ' ~ max_pct ~ ', so the test can never fail',
            'Write a percentage below 100'
        ) %}
    {% endif %}
    {% do ringfence.require_columns('null_rate_below', 'by', by) %}
    {% do ringfence.require_boolean('null_rate_below', 'allow_empty', allow_empty) %}

    {% set keys = ringfence.key_names(by) %}
    {% set types = ringfence.known_types(ringfence.tested_relation()) if execute else {} %}

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
                dbt.concat([
                    ringfence.as_text('missing_count'), "' of '", ringfence.rows_as_text('row_count')
                ]),
                hint
            ) }}
        from per_group
        {# Multiplied, never divided, so that no count of zero makes it NULL. #}
        where missing_count * 100.0 > {{ max_pct }} * row_count
        {% if not allow_empty %}
            union all
            select {{ ringfence.empty_input_row(hint) }}
            from group_size
            where group_count = 0
        {% endif %}
    )

    {{ ringfence.wrong_rows('null_rate_below') }}
{% endmacro %}
