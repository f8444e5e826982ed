{% macro default__test_sums_match(
    model, compare_to, column, column_name, compare_column, by, abs, pct, allow_empty, hint, unknown
) %}
    {% set column = ringfence.tested_column(column, column_name) %}
    {% do ringfence.check_arguments(unknown, {
        'compare_to': compare_to, 'column': column, 'compare_column': compare_column, 'by': by, 'abs': abs, 'pct': pct,
        'allow_empty': allow_empty, 'hint': hint
    }) %}

    {% set keys = ringfence.key_names(by) %}
    {% set compare_column = compare_column or column %}
    {% set tested_type = ringfence.known_types(ringfence.tested_relation()).get(column, '') %}
    {% set compared_type = ringfence.known_types(compare_to).get(compare_column, '') %}
    {% set has_floats = 'float' in [ringfence.kind_of_type(tested_type), ringfence.kind_of_type(compared_type)] %}
    {# The sum of floats depends on the order of the rows: what adding may lose is no difference. #}
    {% set allowed = abs ~ ' + 1e-9 * magnitude' if has_floats else abs %}

    with both_sides as (
        select {{ ringfence.key_columns(by) }}, {{ ringfence.quoted(column) }} as amount, 1 as is_tested
        from {{ model }}
        union all
        select {{ ringfence.key_columns(by) }}, {{ ringfence.quoted(compare_column) }} as amount, 0 as is_tested
        from {{ compare_to }}
    ),

    per_group as (
        select
            {{ keys }},
            sum(is_tested) as tested_rows,
            sum(1 - is_tested) as compared_rows,
            count(amount) as value_count,
            sum(case when is_tested = 1 then amount end) as tested_sum,
            sum(case when is_tested = 0 then amount end) as compared_sum
            {% if has_floats %}
                , sum(abs(amount)) as magnitude
            {% endif %}
        from both_sides
        group by {{ keys }}
    ),

    {% if not allow_empty %}
        all_values as (
            select
                count(*) as group_count,
                coalesce(sum(value_count), 0) as value_count
            from per_group
        ),
    {% endif %}

    judged as (
        select
            {{ keys }},
            tested_rows,
            compared_rows,
            tested_sum,
            compared_sum,
            case
                when tested_rows = 0 then 'no rows in the tested relation'
                when compared_rows = 0 then 'no rows in compare_to'
                when tested_sum is null and compared_sum is null then null
                when tested_sum is null then 'all values are NULL in the tested relation'
                when compared_sum is null then 'all values are NULL in compare_to'
                {% if has_floats %}
                    when {{ ringfence.is_not_finite('tested_sum') }} or {{ ringfence.is_not_finite('compared_sum') }}
                        then 'a sum is not finite'
                {% endif %}
                when tested_sum = compared_sum then null
                {% if has_floats or abs > 0 %}
                    when abs(tested_sum - compared_sum) <= {{ allowed }} then null
                {% endif %}
                {# Multiplied, never divided: zero on the compared side allows no difference. #}
                {% if pct > 0 %}
                    when abs(tested_sum - compared_sum) * 100.0 <= {{ pct }} * abs(compared_sum) then null
                {% endif %}
                else 'sums differ'
            end as what
        from per_group
    ),

    wrong as (
        select
            {{ ringfence.wrong_row(
                'what',
                ringfence.place(by, 'column ' ~ column),
                ringfence.expected_sum(abs, pct),
                ringfence.sum_as_text('tested'),
                hint
            ) }}
        from judged
        where what is not null
        {% if not allow_empty %}
            union all
            select
                {{ ringfence.wrong_row(
                    "case when group_count = 0 then 'both relations are empty' else 'all values are NULL' end",
                    ringfence.text_literal('column ' ~ column),
                    "'values to add'",
                    "'none'",
                    hint
                ) }}
            from all_values
            where value_count = 0
        {% endif %}
    )

    {{ ringfence.wrong_rows() }}
{% endmacro %}


{% macro sum_as_text(side) -%}
    case when {{ side }}_rows = 0 then '0 rows' when {{ side }}_sum is null then 'NULL'
    else {{ ringfence.as_text(side ~ '_sum') }} end
{%- endmacro %}


{% macro expected_sum(abs, pct) %}
    {%- set compared = ringfence.sum_as_text('compared') -%}
    {%- set near = ' within ' ~ abs if abs > 0 else '' -%}
    {%- set nearby = (' or' if near else '') ~ ' within ' ~ pct ~ ' percent' if pct > 0 else '' -%}
    {{- dbt.concat([compared, ringfence.text_literal(near ~ nearby)]) if near ~ nearby else compared -}}
{% endmacro %}


{# Texts, as engines differ in what they compare NaN and infinity with. #}
{% macro is_not_finite(expression) -%}
    lower({{ ringfence.as_text(expression) }}) in ('nan', 'inf', '-inf', 'infinity', '-infinity')
{%- endmacro %}
