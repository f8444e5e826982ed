{% macro default__test_requires_rows(
    model, when, in, by, in_where, min_matches, allow_empty, hint, unknown
) %}
    {% set known = ['when', 'in', 'by', 'in_where', 'min_matches', 'allow_empty', 'hint'] %}
    {% do ringfence.refuse_unknown('requires_rows', unknown, known) %}
    {% do ringfence.require_condition('requires_rows', 'when', when) %}
    {% do ringfence.require_relation('requires_rows', 'in', in) %}
    {% do ringfence.require_columns('requires_rows', 'by', by) %}
    {% if in_where is not none %}
        {% do ringfence.require_condition('requires_rows', 'in_where', in_where) %}
    {% endif %}
    {% do ringfence.require_count('requires_rows', 'min_matches', min_matches) %}
    {% do ringfence.require_boolean('requires_rows', 'allow_empty', allow_empty) %}

    {# A union and one grouping instead of a join: grouping treats NULL keys as equal on every adapter. #}
    {% set keys = ringfence.key_names(by) %}

    with tested_rows as (
        select
            {{ ringfence.key_columns(by) }},
            case when (
                {{ when }}
            ) then 1 else 0 end as is_match
        from {{ model }}
    ),

    tested_size as (
        select
            count(*) as row_count,
            coalesce(sum(is_match), 0) as match_count
        from tested_rows
    ),

    required_and_found as (
        select {{ keys }}, 1 as is_required, 0 as is_found
        from tested_rows
        where is_match = 1
        union all
        select {{ ringfence.key_columns(by) }}, 0 as is_required, 1 as is_found
        from {{ in }}
        where (
            {{ in_where or '1 = 1' }}
        )
    ),

    per_key as (
        select
            {{ keys }},
            sum(is_required) as required_by,
            sum(is_found) as found
        from required_and_found
        group by {{ keys }}
    ),

    wrong as (
        select
            {{ ringfence.wrong_row(
                "'no rows for a match'",
                ringfence.key_text(by),
                "'at least 1 row'",
                dbt.concat(["'0 rows for '", ringfence.as_text('required_by'), "' matching'"]),
                hint
            ) }}
        from per_key
        where required_by > 0 and found = 0
        {% if not allow_empty %}
            union all
            select
                {{ ringfence.wrong_row(
                    "'the tested relation is empty'", "'all rows'", "'at least 1 row'", "'0 rows'", hint
                ) }}
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

    select what, where_, expected, got, hint
    from wrong
    where {{ ringfence.emptiness_is_judged('requires_rows') }}
{% endmacro %}
