{% macro default__test_requires_rows(
    model, when, in, by, in_where, min_matches, allow_empty, hint, unknown
) %}
    {% do ringfence.check_arguments(unknown, {
        'when': when, 'in': in, 'by': by, 'in_where': in_where, 'min_matches': min_matches,
        'allow_empty': allow_empty, 'hint': hint
    }) %}

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
                ringfence.worded('0 rows for {required_by} matching'),
                hint
            ) }}
        from per_key
        where required_by > 0 and found = 0
        {{ ringfence.or_empty(allow_empty, 'tested_size where row_count = 0', hint) }}
        {{ ringfence.or_too_few(min_matches, hint) }}
    )

    {{ ringfence.wrong_rows() }}
{% endmacro %}
