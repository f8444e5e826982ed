{% macro default__test_conditional_on_var(
    model, variable, then, equals, rows, allow_empty, hint, unknown
) %}
    {% do ringfence.check_arguments(unknown, {
        'var': variable, 'then': then, 'equals': equals, 'rows': rows, 'allow_empty': allow_empty, 'hint': hint
    }) %}
    {% if not var.has_var(variable) %}
        {% do ringfence.wrong_argument(
            "no variable '" ~ variable ~ "' is declared, so the test would never look",
            'Declare it under vars: in dbt_project.yml, with null where it is mostly off'
        ) %}
    {% endif %}

    {% set is_on = ringfence.is_on(var(variable), equals) %}
    {% set place = ringfence.text_literal('var ' ~ variable ~ ' is ' ~ var(variable)) %}

    with judged_rows as (
        select case when (
            {{ then }}
        ) then 1 else 0 end as holds
        from {{ model }}
    ),

    tested_size as (
        select
            count(*) as row_count,
            coalesce(sum(holds), 0) as match_count
        from judged_rows
    ),

    wrong as (
        select
            {{ ringfence.wrong_row(
                "'condition does not hold'",
                place,
                ringfence.text_literal(rows ~ (' row: ' if rows == 'every' else ' rows: ') ~ then | trim),
                ringfence.worded('{match_count} of {row_count rows}'),
                hint
            ) }}
        from tested_size
        where row_count > 0 and match_count {{ '< row_count' if rows == 'every' else '= 0' }}
        {{ ringfence.or_empty(allow_empty, 'tested_size where row_count = 0', hint, place=place) }}
    )

    {{ ringfence.wrong_rows() }}
        {# The SQL runs in any case, so that a column that is gone is found while the variable is off. #}
        and {{ '1 = 1' if is_on else '1 = 0' }}
{% endmacro %}


{# Whether a variable asks for something. Texts as "false" and "off", which Jinja takes for true, are off. #}
{% macro is_on(value, equals) %}
    {%- if equals is not none -%}
        {{- return(value | string | lower == equals | string | lower) -}}
    {%- elif value is string -%}
        {{- return(value | trim | lower not in ' 0 false off no none null'.split(' ')) -}}
    {%- endif -%}
    {{- return(true if value else false) -}}
{% endmacro %}
