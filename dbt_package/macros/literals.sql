{# A moment as SQL, in UTC without a zone, or null. #}
{% macro timestamp_literal(moment) %}
    {%- if moment is none -%}
        null
    {%- else -%}
        {# What the warehouse gave back has no zone and is in UTC. #}
        {%- set utc = moment if moment.tzinfo is none else moment.astimezone(modules.pytz.utc) -%}
        cast('{{ utc.strftime('%Y-%m-%d %H:%M:%S.%f') }}' as {{ dbt.type_timestamp() }})
    {%- endif -%}
{% endmacro %}


{# A value of YAML as SQL: numbers and booleans as they stand, everything else as text. #}
{% macro value_literal(value) %}
    {%- if value is boolean or value is number -%}
        {{ value | string | lower }}
    {%- else -%}
        {{ ringfence.text_literal(value) }}
    {%- endif -%}
{% endmacro %}
