{% macro default__test_append_only(
    model, keys, against, exclude, on_missing, allow_empty, hint, unknown
) %}
    {% do ringfence.check_arguments(unknown, {
        'keys': keys, 'against': against, 'exclude': exclude, 'on_missing': on_missing, 'allow_empty': allow_empty,
        'hint': hint
    }) %}
    {% if keys is none %}
        {% do ringfence.wrong_value(
            'keys', none, 'a list of column names', 'Write keys: [column, ...]'
        ) %}
    {% endif %}

    {% set keys = ringfence.as_stored(keys) %}
    {% set on_missing = ringfence.missing_means(on_missing) %}
    {% set tested = ringfence.tested_relation() %}
    {% set previous = (against or ringfence.kept_rows(tested)) if execute else none %}
    {% set where = config.get('where') %}
    {% set is_known = execute and previous is not none and ringfence.has_rows(previous, where) %}
    {% set shared = ringfence.shared_columns(
        'against', tested, previous, ringfence.as_stored(exclude), only_here=false
    ) if is_known else {'columns': {}, 'problems': []} %}
    {% set columns = shared.columns %}
    {% set exact = columns.keys() | reject('in', keys) | list %}
    {% if is_known %}
        {% do ringfence.require_known_columns('keys', keys, columns.keys() | list) %}
    {% endif %}
    {% set key_values = ringfence.comparable_columns(keys, columns) %}
    {% set exact_values = ringfence.comparable_columns(exact, columns) %}
    {% set key_list = ringfence.numbered_names(key_values, 'key') %}
    {% set row_list = key_list ~ ringfence.numbered_names(exact_values, 'value') %}
    {% set columns_of_a_row = ringfence.numbered(key_values, 'key') ~ ringfence.numbered(exact_values, 'value') %}

    with both_states as (
        select 1 as is_current{{ columns_of_a_row }}
        from {{ model }}
        {% if is_known %}
            union all
            select 0 as is_current{{ columns_of_a_row }}
            from {{ previous }}
            {{ 'where (' ~ where ~ ')' if where }}
        {% endif %}
    ),

    per_row as (
        select
            sum(is_current) as current_count,
            sum(1 - is_current) as previous_count
            {{ row_list }}
        from both_states
        group by {{ row_list[2:] }}
    ),

    {# Rows that were there before and are not as they were; rows that came are nobody's concern. #}
    per_key as (
        select
            sum(current_count) as current_count,
            sum(previous_count) as previous_count,
            sum(case when previous_count > current_count then previous_count - current_count else 0 end) as lost_count,
            {{ ringfence.differing(exact, 'value') }} as changed
            {{ key_list }}
        from per_row
        where previous_count <> current_count
        group by {{ key_list[2:] }}
    ),

    {% if not allow_empty %}
        current_size as (
            select coalesce(sum(current_count), 0) as row_count
            from per_row
        ),
    {% endif %}

    wrong as (
        select
            {{ ringfence.wrong_row(
                "case when current_count < previous_count then 'rows were deleted' else 'rows were changed' end",
                ringfence.key_text(keys),
                ringfence.worded('{previous_count rows} as before'),
                "case when current_count < previous_count then " ~ ringfence.rows_as_text('current_count')
                ~ ' else ' ~ ringfence.other_values() ~ ' end',
                hint
            ) }}
        from per_key
        where lost_count > 0
        {{ ringfence.or_empty(allow_empty, 'current_size where row_count = 0', hint) }}
        {{ ringfence.problem_rows(shared.problems, hint) }}
        {{ ringfence.missing_row(
            on_missing, not is_known, 'no previous rows', 'rows of an earlier run', hint
        ) }}
    )

    {{ ringfence.wrong_rows() }}
{% endmacro %}
