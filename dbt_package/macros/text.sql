{% macro as_text(expression) %}cast({{ expression }} as {{ dbt.type_string() }}){% endmacro %}


{% macro rows_as_text(count) -%}
    case when {{ count }} = 1 then '1 row' else {{ dbt.concat([ringfence.as_text(count), "' rows'"]) }} end
{%- endmacro %}


{# Words of ours and expressions among them as one text: `{found} of {wanted rows}`, where ` rows` tells a count. #}
{% macro worded(template) %}
    {%- set parts = [] -%}
    {%- for expression, rows, words in modules.re.findall('{(.+?)( rows)?}|([^{]+)', template) -%}
        {%- if words -%}
            {%- do parts.append(ringfence.text_literal(words)) -%}
        {%- else -%}
            {%- do parts.append(ringfence.rows_as_text(expression) if rows else ringfence.as_text(expression)) -%}
        {%- endif -%}
    {%- endfor -%}
    {{- return(dbt.concat(parts)) -}}
{% endmacro %}


{% macro text_literal(value) %}
    {{- 'null' if value is none else adapter.dispatch('text_literal', 'ringfence')(value | string) -}}
{% endmacro %}


{% macro default__text_literal(text) %}'{{ text | replace("'", "''") }}'{% endmacro %}


{# Where a backslash escapes, one of the value's own has to be escaped before anything else: else it would take the
   quote behind it into the text, and what follows would be run. #}
{% macro bigquery__text_literal(text) %}
    {%- set escaped = text | replace('\\', '\\\\') | replace("'", "\\'") -%}
    {{- "'" ~ escaped | replace('\n', '\\n') | replace('\r', '\\r') ~ "'" -}}
{% endmacro %}


{% macro snowflake__text_literal(text) %}{{ ringfence.bigquery__text_literal(text) }}{% endmacro %}


{# Databricks inherits it. #}
{% macro spark__text_literal(text) %}{{ ringfence.bigquery__text_literal(text) }}{% endmacro %}


{# Right whether a backslash escapes or not: a text of two backslashes at worst. #}
{% macro redshift__text_literal(text) %}'{{ text | replace('\\', '\\\\') | replace("'", "''") }}'{% endmacro %}
