{% macro default__test_not_null_where(
    model, condition, column, column_name, by, min_matches, allow_empty, hint, unknown
) %}
    {% set column = ringfence.tested_column(column, column_name) %}
    {% do ringfence.check_arguments(unknown, {
        'column': column, 'condition': condition, 'by': by, 'min_matches': min_matches, 'allow_empty': allow_empty,
        'hint': hint
    }) %}

    {% set keys = ringfence.key_names(by) %}
    {% set types = ringfence.known_types(ringfence.tested_relation()) %}

    with tested_rows as (
        select
            {{ ringfence.key_columns(by) }},
            case when {{ ringfence.is_missing(column, types.get(column)) }} then 1 else 0 end as is_missing,
            case when (
                {{ condition }}
            ) then 1 else 0 end as is_match
        from {{ model }}
    ),

    per_group as (
        select
            {{ keys }},
            count(*) as row_count,
            sum(is_match) as match_count,
            sum(is_match * is_missing) as missing_count
        from tested_rows
        group by {{ keys }}
    ),

    {% if not allow_empty or min_matches is not none %}
        tested_size as (
            select
                coalesce(sum(row_count), 0) as row_count,
                coalesce(sum(match_count), 0) as match_count
            from per_group
        ),
    {% endif %}

    wrong as (
        select
            {{ ringfence.wrong_row(
                "'values are missing'",
                ringfence.place(by, 'column ' ~ column),
                ringfence.text_literal('no NULL where ' ~ condition | trim),
                ringfence.worded('{missing_count} of {match_count} matching'),
                hint
            ) }}
        from per_group
        where missing_count > 0
        {{ ringfence.or_empty(allow_empty, 'tested_size where row_count = 0', hint) }}
        {{ ringfence.or_too_few(min_matches, hint) }}
    )

    {{ ringfence.wrong_rows() }}
{% endmacro %}
