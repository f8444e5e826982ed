{# Wrong use of a macro that is no test: named are the macro, the node that calls it, the problem and the way out. #}
{% macro wrong_use(macro_name, problem, way_out) %}
    {%- set place = ' in ' ~ model.unique_id if model is defined and model.unique_id is defined else '' -%}
    {%- do exceptions.raise_compiler_error(
        'ringfence.' ~ macro_name ~ place ~ ': ' ~ problem ~ '. ' ~ way_out ~ '.'
    ) -%}
{% endmacro %}


{% macro is_list(value) %}
    {{- return(value is sequence and value is not string and value is not mapping) -}}
{% endmacro %}


{# Stops unless the value is none or a list of column names. #}
{% macro require_names(macro_name, argument, value) %}
    {%- if value is not none and not (ringfence.is_list(value) and value | reject('string') | list == []) -%}
        {%- do ringfence.wrong_use(
            macro_name, argument ~ " must be a list of column names, not '" ~ value ~ "'",
            'Write ' ~ argument ~ ": ['column', ...] with the names as the database has them"
        ) -%}
    {%- endif -%}
{% endmacro %}


{# A row for each number from 1, to turn one wide row into many without reading a relation more than once. #}
{% macro numbers_up_to(count) %}
    {%- for number in range(1, count + 1) %}
        select {{ number }} as number{{ ' union all' if not loop.last }}
    {%- endfor %}
{% endmacro %}


{# Picks by the column `number` of numbers_up_to(). #}
{% macro picked(expressions) %}
    {%- if expressions | length == 1 -%}
        {{- return(expressions[0]) -}}
    {%- endif -%}
    {%- set branches = [] -%}
    {%- for expression in expressions -%}
        {%- do branches.append('when ' ~ loop.index ~ ' then ' ~ expression) -%}
    {%- endfor -%}
    {{- return('case number ' ~ branches | join(' ') ~ ' end') -}}
{% endmacro %}
