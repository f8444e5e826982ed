{% macro as_text(expression) %}
    {{- return('cast(' ~ expression ~ ' as ' ~ dbt.type_string() ~ ')') -}}
{% endmacro %}


{% macro rows_as_text(count) %}
    {{- return(
        'case when ' ~ count ~ " = 1 then '1 row' else "
        ~ dbt.concat([ringfence.as_text(count), "' rows'"]) ~ ' end'
    ) -}}
{% endmacro %}


{% macro text_literal(value) %}
    {{- return(adapter.dispatch('text_literal', 'ringfence')(value)) -}}
{% endmacro %}


{% macro default__text_literal(value) %}
    {%- if value is none -%}
        {{- return('null') -}}
    {%- endif -%}
    {{- return("'" ~ dbt.escape_single_quotes(value | string) ~ "'") -}}
{% endmacro %}
