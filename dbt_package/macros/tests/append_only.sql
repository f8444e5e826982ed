{% macro default__test_append_only(
    model, keys, against, exclude, on_missing, allow_empty, hint, unknown
) %}
    {% set known = ['keys', 'against', 'exclude', 'on_missing', 'allow_empty', 'hint'] %}
    {% do ringfence.refuse_unknown('append_only', unknown, known) %}
    {% if keys is none %}
        {% do ringfence.wrong_argument(
            'append_only', 'keys is missing, it must be a list of column names', 'Write keys: [column, ...]'
        ) %}
    {% endif %}
    {% do ringfence.require_columns('append_only', 'keys', keys) %}
    {% if against is not none %}
        {% do ringfence.require_relation('append_only', 'against', against) %}
    {% endif %}
    {% do ringfence.require_columns('append_only', 'exclude', exclude) %}
    {% set on_missing = ringfence.missing_means('append_only', on_missing) %}
    {% do ringfence.require_boolean('append_only', 'allow_empty', allow_empty) %}

    {% set keys = ringfence.as_stored(keys) %}
    {% set exclude = ringfence.as_stored(exclude) %}
    {% set tested = ringfence.tested_relation() if execute else none %}
    {% set previous = (against or ringfence.kept_rows(tested)) if execute else none %}
    {% set where = config.get('where') %}
    {% set is_known = execute and previous is not none and ringfence.has_rows(previous, where) %}
    {% set shared = ringfence.shared_columns(
        'append_only', 'against', tested, previous, exclude, only_here=false
    ) if is_known else {'columns': {}, 'problems': []} %}
    {% set columns = shared.columns %}
    {% set exact = columns.keys() | reject('in', keys) | list %}
    {% if is_known %}
        {% do ringfence.require_known_columns('append_only', 'keys', keys, columns.keys() | list) %}
    {% endif %}
    {% set key_values = [] %}
    {% set exact_values = [] %}
    {% for name in keys %}
        {% do key_values.append(ringfence.comparable(name, (columns.get(name) or [none])[0])) %}
    {% endfor %}
    {% for name in exact %}{% do exact_values.append(ringfence.comparable(name, columns[name][0])) %}{% endfor %}
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
                dbt.concat([ringfence.rows_as_text('previous_count'), "' as before'"]),
                "case when current_count < previous_count then " ~ ringfence.rows_as_text('current_count')
                ~ " else " ~ dbt.concat(["'other values: '", 'substr(changed, 3)']) ~ ' end',
                hint
            ) }}
        from per_key
        where lost_count > 0
        {% if not allow_empty %}
            union all
            select {{ ringfence.empty_input_row(hint) }}
            from current_size
            where row_count = 0
        {% endif %}
        {{ ringfence.problem_rows(shared.problems, hint) }}
        {{ ringfence.missing_row(
            'append_only', on_missing, not is_known, 'no previous rows', 'rows of an earlier run', hint
        ) }}
    )

    {{ ringfence.wrong_rows('append_only') }}
{% endmacro %}
