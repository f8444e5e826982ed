{# Wrong use of a macro that is no test: named are the macro, the node that calls it, the problem and the way out. #}
{% macro wrong_use(macro_name, problem, way_out) %}
    {%- set place = ' in ' ~ model.unique_id if model is defined and model.unique_id is defined -%}
    {%- do exceptions.raise_compiler_error(
        'ringfence.' ~ macro_name ~ place ~ ': ' ~ problem ~ '. ' ~ way_out ~ '.'
    ) -%}
{% endmacro %}


{% macro is_list(value) %}
    {{- return(value is sequence and value is not string and value is not mapping) -}}
{% endmacro %}


{# Stops unless the value is none or a list of column names. #}
{% macro require_names(macro_name, argument, value) %}
    {%- do ringfence.wrong_use(
        macro_name, argument ~ " must be a list of column names, not '" ~ value ~ "'",
        'Write ' ~ argument ~ ": ['column', ...] with the names as the database has them"
    ) if value is not none and not (ringfence.is_list(value) and value | reject('string') | list == []) -%}
{% endmacro %}


{# A row for each number from 1, to turn one wide row into many without reading a relation more than once. #}
{% macro numbers_up_to(count) %}
    {%- for number in range(1, count + 1) %}
        select {{ number }} as number{{ ' union all' if not loop.last }}
    {%- endfor %}
{% endmacro %}


{# Picks by the column `number` of numbers_up_to() the one of a column: PREFIX_1, PREFIX_2, ... #}
{% macro picked_number(prefix, columns) -%}
    {%- if columns | length == 1 -%}
        {{ prefix }}_1
    {%- else -%}
        case number
        {%- for column in columns %} when {{ loop.index }} then {{ prefix }}_{{ loop.index }} {%- endfor %}
        end
    {%- endif -%}
{%- endmacro %}


{# Likewise what the column itself says, as a text. #}
{% macro picked_text(columns, attribute) -%}
    cast(
    {%- if columns | length == 1 -%}
        {{ ringfence.text_literal(columns[0][attribute]) }}
    {%- else -%}
        case number
        {%- for column in columns %}
            when {{ loop.index }} then {{ ringfence.text_literal(column[attribute]) }}
        {%- endfor %}
        end
    {%- endif %} as {{ dbt.type_string() }})
{%- endmacro %}
