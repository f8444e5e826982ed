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
    {{- return("'" ~ value | string | replace("'", "''") ~ "'") -}}
{% endmacro %}


{# Where a backslash escapes, one of the value's own has to be escaped before anything else: else it would take the
   quote behind it into the text, and what follows would be run. #}
{% macro backslashed_literal(value) %}
    {%- if value is none -%}
        {{- return('null') -}}
    {%- endif -%}
    {%- set escaped = value | string | replace('\\', '\\\\') | replace("'", "\\'")
        | replace('\n', '\\n') | replace('\r', '\\r') -%}
    {{- return("'" ~ escaped ~ "'") -}}
{% endmacro %}


{% macro bigquery__text_literal(value) %}
    {{- return(ringfence.backslashed_literal(value)) -}}
{% endmacro %}


{% macro snowflake__text_literal(value) %}
    {{- return(ringfence.backslashed_literal(value)) -}}
{% endmacro %}


{# Databricks inherits it. #}
{% macro spark__text_literal(value) %}
    {{- return(ringfence.backslashed_literal(value)) -}}
{% endmacro %}


{# Right whether a backslash escapes or not: a text of two backslashes at worst. #}
{% macro redshift__text_literal(value) %}
    {%- if value is none -%}
        {{- return('null') -}}
    {%- endif -%}
    {{- return("'" ~ value | string | replace('\\', '\\\\') | replace("'", "''") ~ "'") -}}
{% endmacro %}
