{% macro default__test_not_null_where(
    model, condition, column, column_name, by, min_matches, allow_empty, hint, unknown
) %}
    {% set known = ['column', 'condition', 'by', 'min_matches', 'allow_empty', 'hint'] %}
    {% do ringfence.refuse_unknown('not_null_where', unknown, known) %}
    {% set column = ringfence.tested_column('not_null_where', column, column_name) %}
    {% do ringfence.require_condition('not_null_where', 'condition', condition) %}
    {% do ringfence.require_columns('not_null_where', 'by', by) %}
    {% do ringfence.require_count('not_null_where', 'min_matches', min_matches) %}
    {% do ringfence.require_boolean('not_null_where', 'allow_empty', allow_empty) %}

    {% set keys = ringfence.key_names(by) %}
    {% set types = ringfence.known_types(ringfence.tested_relation()) if execute else {} %}

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
                dbt.concat([
                    ringfence.as_text('missing_count'), "' of '", ringfence.as_text('match_count'), "' matching'"
                ]),
                hint
            ) }}
        from per_group
        where missing_count > 0
        {% if not allow_empty %}
            union all
            select {{ ringfence.empty_input_row(hint) }}
            from tested_size
            where row_count = 0
        {% endif %}
        {% if min_matches is not none %}
            union all
            select
                {{ ringfence.wrong_row(
                    "'too few rows match'",
                    "'all rows'",
                    ringfence.text_literal('at least ' ~ min_matches ~ ' matching'),
                    dbt.concat([ringfence.as_text('match_count'), "' matching'"]),
                    hint
                ) }}
            from tested_size
            where row_count > 0 and match_count < {{ min_matches }}
        {% endif %}
    )

    {{ ringfence.wrong_rows('not_null_where') }}
{% endmacro %}
