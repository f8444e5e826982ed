{% macro default__test_conditional_on_var(
    model, variable, then, equals, rows, allow_empty, hint, unknown
) %}
    {% set known = ['var', 'then', 'equals', 'rows', 'allow_empty', 'hint'] %}
    {% do ringfence.refuse_unknown('conditional_on_var', unknown, known) %}
    {% if variable is not string or not variable %}
        {% do ringfence.wrong_argument(
            'conditional_on_var', ringfence.what_is_wrong('var', variable, 'the name of a variable'),
            'Write var: name, as in the vars of dbt_project.yml'
        ) %}
    {% endif %}
    {% do ringfence.require_condition('conditional_on_var', 'then', then) %}
    {% do ringfence.require_choice('conditional_on_var', 'rows', rows, ['every', 'some']) %}
    {% do ringfence.require_boolean('conditional_on_var', 'allow_empty', allow_empty) %}
    {% if not var.has_var(variable) %}
        {% do ringfence.wrong_argument(
            'conditional_on_var', "no variable '" ~ variable ~ "' is declared, so the test would never look",
            'Declare it under vars: in dbt_project.yml, with null where it is mostly off'
        ) %}
    {% endif %}

    {% set is_on = ringfence.is_on('conditional_on_var', variable, var(variable), equals) %}
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
                dbt.concat([ringfence.as_text('match_count'), "' of '", ringfence.rows_as_text('row_count')]),
                hint
            ) }}
        from tested_size
        where row_count > 0 and match_count {{ '< row_count' if rows == 'every' else '= 0' }}
        {% if not allow_empty %}
            union all
            select {{ ringfence.wrong_row(
                "'the tested relation is empty'", place, "'at least 1 row'", "'0 rows'", hint
            ) }}
            from tested_size
            where row_count = 0
        {% endif %}
    )

    {{ ringfence.wrong_rows('conditional_on_var') }}
        {# The SQL runs in any case, so that a column that is gone is found while the variable is off. #}
        and {{ '1 = 1' if is_on else '1 = 0' }}
{% endmacro %}


{# Whether a variable asks for something. Texts as "false" and "off", which Jinja takes for true, are off. #}
{% macro is_on(test_name, variable, value, equals) %}
    {%- if equals is not none -%}
        {{- return((value | string | lower) == (equals | string | lower)) -}}
    {%- elif value is string -%}
        {{- return((value | trim | lower) not in ('', '0', 'false', 'off', 'no', 'none', 'null')) -}}
    {%- endif -%}
    {{- return(true if value else false) -}}
{% endmacro %}
