{% macro default__test_same_rows_as(
    model, compare_to, keys, exclude, tolerance, allow_empty, hint, unknown
) %}
    {% do ringfence.check_arguments(unknown, {
        'compare_to': compare_to, 'keys': keys, 'exclude': exclude, 'tolerance': tolerance,
        'allow_empty': allow_empty, 'hint': hint
    }) %}
    {% do ringfence.require_tolerance(tolerance, keys) %}

    {% set keys = ringfence.as_stored(keys) %}
    {% set tolerance = ringfence.as_stored(tolerance) if tolerance is mapping else tolerance %}
    {% set shared = ringfence.shared_columns(
        'compare_to', ringfence.tested_relation(), compare_to, ringfence.as_stored(exclude)
    ) %}
    {% set columns = shared.columns %}
    {% do ringfence.require_known_columns('keys', keys, columns.keys() | list) %}
    {# Without keys the whole row is its own key. #}
    {% set key_columns = keys or columns.keys() | list %}
    {% set near = ringfence.near_columns(tolerance, columns, key_columns) %}
    {% set exact = columns.keys() | reject('in', key_columns) | reject('in', near) | list %}
    {% set key_values = ringfence.comparable_columns(key_columns, columns) %}
    {% set exact_values = ringfence.comparable_columns(exact, columns) %}
    {% set key_list = ringfence.numbered_names(key_values, 'key') %}
    {% set row_list = key_list ~ ringfence.numbered_names(exact_values, 'value') %}
    {% set columns_of_a_row = ringfence.numbered(key_values, 'key') ~ ringfence.numbered(exact_values, 'value')
        ~ ringfence.numbered(ringfence.comparable_columns(near, columns), 'number') %}

    {# A union and one grouping instead of a join: rows are counted as often as they occur, NULL is equal to NULL. #}
    with both_sides as (
        select 1 as is_tested{{ columns_of_a_row }}
        from {{ model }}
        union all
        select 0 as is_tested{{ columns_of_a_row }}
        from {{ compare_to }}
    ),

    per_row as (
        select
            sum(is_tested) as tested_count,
            sum(1 - is_tested) as compared_count
            {{ row_list }}
            {% for _ in near %}
                , max(case when is_tested = 1 then number_{{ loop.index }} end) as tested_{{ loop.index }}
                , max(case when is_tested = 0 then number_{{ loop.index }} end) as compared_{{ loop.index }}
            {% endfor %}
        from both_sides
        {{ 'group by ' ~ row_list[2:] if row_list }}
    ),

    judged as (
        select
            tested_count,
            compared_count
            {{ row_list }}
            {% for name in near %}
                , {{ ringfence.is_far('tested_' ~ loop.index, 'compared_' ~ loop.index, near[name]) }} as far_{{ loop.index }}
            {% endfor %}
        from per_row
    ),

    per_key as (
        select
            sum(tested_count) as tested_count,
            sum(compared_count) as compared_count,
            {# Pairs are told by their keys alone, so with a tolerance a key that stands twice has none. #}
            {{ 'max(case when tested_count > 1 or compared_count > 1 then 1 else 0 end)' if near else '0' }} as is_doubled,
            {{ ringfence.differing(exact, 'value') }}
            {% for name in near %}
                || case when max(far_{{ loop.index }}) = 1 then {{ ringfence.text_literal(', ' ~ name) }} else '' end
            {% endfor %} as changed
            {{ key_list }}
        from judged
        where tested_count <> compared_count
            {% for _ in near %} or tested_count > 1 or far_{{ loop.index }} = 1{% endfor %}
        {{ 'group by ' ~ key_list[2:] if key_list }}
    ),

    {% if not allow_empty %}
        size as (
            select count(*) as row_count
            from per_row
            where tested_count + compared_count > 0
        ),
    {% endif %}

    wrong as (
        select
            {{ ringfence.wrong_row(
                "case when is_doubled = 1 then 'key is not unique' when compared_count = 0"
                ~ " then 'rows are not in compare_to' when tested_count = 0 then 'rows are missing'"
                ~ " when tested_count = compared_count then 'values differ' else 'row counts differ' end",
                ringfence.key_text(key_columns),
                "case when is_doubled = 1 then '1 row' when tested_count = compared_count then 'equal values' else "
                ~ ringfence.rows_as_text('compared_count') ~ ' end',
                "case when is_doubled = 0 and tested_count = compared_count then "
                ~ ringfence.other_values()
                ~ ' else ' ~ ringfence.rows_as_text('tested_count') ~ ' end',
                hint
            ) }}
        from per_key
        where tested_count + compared_count > 0
        {{ ringfence.or_empty(allow_empty, 'size where row_count = 0', hint, "'both relations are empty'") }}
        {{ ringfence.problem_rows(shared.problems, hint) }}
    )

    {{ ringfence.wrong_rows() }}
{% endmacro %}


{% macro require_tolerance(tolerance, keys) %}
    {% for value in (tolerance.values() if tolerance is mapping else [tolerance]) if value is not none %}
        {% do ringfence.require('number', 'tolerance', value) %}
    {% endfor %}
    {% if keys is none and tolerance is not none %}
        {% do ringfence.wrong_argument(
            'tolerance needs keys, which say what row is compared with what row',
            'Write keys: [column, ...]'
        ) %}
    {% endif %}
{% endmacro %}


{# {column: tolerance} of the numbers that need not be equal. #}
{% macro near_columns(tolerance, columns, key_columns) %}
    {%- set found = {} -%}
    {%- set named = tolerance if tolerance is mapping else {} -%}
    {%- do ringfence.require_known_columns('tolerance', named, columns.keys() | list) -%}
    {%- for name, types in columns.items() if tolerance is not none and name not in key_columns -%}
        {%- set is_number = ringfence.group_of_types(types[0]) == 'number' -%}
        {%- if name in named and not is_number -%}
            {%- do ringfence.wrong_argument(
                'tolerance: column ' ~ name ~ ' is of type ' ~ types[0] ~ ', which is no number',
                'Name columns of numbers only'
            ) -%}
        {%- elif name in named or is_number and tolerance is not mapping -%}
            {%- do found.update({name: named.get(name, tolerance)}) -%}
        {%- endif -%}
    {%- endfor -%}
    {{- return(found) -}}
{% endmacro %}


{# 1 where two numbers are further apart than a tolerance, or one alone is NULL. The smaller is taken from the larger:
   unsigned integers have no negative difference. #}
{% macro is_far(one, other, tolerance) -%}
    case when {{ one }} is null and {{ other }} is null then 0
    when {{ one }} = {{ other }} then 0
    when case when {{ one }} > {{ other }} then {{ one }} - {{ other }} else {{ other }} - {{ one }} end <= {{ tolerance }} then 0
    else 1 end
{%- endmacro %}
