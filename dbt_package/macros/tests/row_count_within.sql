{% macro default__test_row_count_within(
    model, compare_to, max_change_pct, min_rows, group_by, allow_empty, hint, unknown
) %}
    {% do ringfence.check_arguments(unknown, {
        'compare_to': compare_to, 'max_change_pct': max_change_pct, 'min_rows': min_rows, 'group_by': group_by,
        'allow_empty': allow_empty, 'hint': hint
    }) %}

    {# A union and one grouping instead of a join: grouping treats NULL keys as equal on every adapter. #}
    {% set keys = ringfence.key_names(group_by) %}

    with both_sides as (
        select {{ ringfence.key_columns(group_by) }}, 1 as is_tested, 0 as is_compared
        from {{ model }}
        union all
        select {{ ringfence.key_columns(group_by) }}, 0 as is_tested, 1 as is_compared
        from {{ compare_to }}
    ),

    per_group as (
        {# bigint: sums of some engines are wider and would make the percentage a float. #}
        select
            {{ keys }},
            cast(sum(is_tested) as {{ dbt.type_bigint() }}) as tested_count,
            cast(sum(is_compared) as {{ dbt.type_bigint() }}) as compared_count
        from both_sides
        group by {{ keys }}
    ),

    {% if not allow_empty %}
        both_sizes as (
            select count(*) as group_count
            from per_group
        ),
    {% endif %}

    judged as (
        select
            {{ keys }},
            tested_count,
            compared_count,
            case
                when tested_count = 0 then 'no rows in the tested relation'
                when compared_count = 0 then 'no rows in compare_to'
                {# Multiplied, never divided: a zero count cannot turn the comparison into NULL. #}
                when abs(tested_count - compared_count) * 100.0 > {{ max_change_pct }} * compared_count
                    then 'row counts differ'
                {% if min_rows is not none %}
                    when tested_count < {{ min_rows }} then 'fewer rows than min_rows'
                {% endif %}
            end as what
        from per_group
    ),

    wrong as (
        select
            {{ ringfence.wrong_row(
                'what',
                ringfence.key_text(group_by),
                ringfence.expected_count(max_change_pct, min_rows),
                ringfence.rows_as_text('tested_count'),
                hint
            ) }}
        from judged
        where what is not null
        {{ ringfence.or_empty(allow_empty, 'both_sizes where group_count = 0', hint, "'both relations are empty'") }}
    )

    {{ ringfence.wrong_rows() }}
{% endmacro %}


{% macro expected_count(max_change_pct, min_rows) %}
    {%- set near_compared = dbt.concat([
        ringfence.rows_as_text('compared_count'),
        ringfence.text_literal(' within ' ~ max_change_pct ~ ' percent')
    ]) -%}
    {%- if min_rows is none -%}
        {{ near_compared }}
    {%- else -%}
        case when what = 'fewer rows than min_rows' then {{ ringfence.text_literal('min_rows: ' ~ min_rows) }}
        else {{ near_compared }} end
    {%- endif -%}
{% endmacro %}
