{# A moment as SQL, in UTC without a zone, or null. #}
{% macro timestamp_literal(moment) %}
    {%- if moment is none -%}
        {{- return('null') -}}
    {%- endif -%}
    {# What the warehouse gave back has no zone and is in UTC. #}
    {%- set utc = moment if moment.tzinfo is none else moment.astimezone(modules.pytz.utc) -%}
    {{- return(
        'cast(' ~ ringfence.text_literal(utc.strftime('%Y-%m-%d %H:%M:%S.%f')) ~ ' as ' ~ dbt.type_timestamp() ~ ')'
    ) -}}
{% endmacro %}


{# A value of YAML as SQL: numbers as they stand, everything else as text. #}
{% macro value_literal(value) %}
    {%- if value is none or value is number and value is not boolean -%}
        {{- return('null' if value is none else value | string) -}}
    {%- endif -%}
    {%- if value is boolean -%}
        {{- return('true' if value else 'false') -}}
    {%- endif -%}
    {{- return(ringfence.text_literal(value)) -}}
{% endmacro %}
