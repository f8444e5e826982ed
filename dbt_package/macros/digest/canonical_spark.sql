{% macro spark__canonical_value_of(family, expression, type, depth) %}
    {%- if family == 'number' -%}
        {{- return(ringfence.spark_canonical_number(expression, type, depth)) -}}
    {%- elif family == 'binary' -%}
        {{- return('lower(hex(' ~ expression ~ '))') -}}
    {%- elif family == 'date' -%}
        {{- return(ringfence.as_text('unix_date(' ~ expression ~ ')')) -}}
    {%- elif family == 'instant' -%}
        {{- return(ringfence.as_text('unix_micros(' ~ expression ~ ')')) -}}
    {%- elif family == 'timestamp' -%}
        {{- return(ringfence.spark_canonical_timestamp(expression, type, depth)) -}}
    {%- elif family == 'list' -%}
        {{- return(ringfence.spark_canonical_list(expression, type, depth)) -}}
    {%- elif family == 'map' -%}
        {{- return(ringfence.spark_canonical_map(expression, type, depth)) -}}
    {%- endif -%}
    {{- return(none) -}}
{% endmacro %}


{# Casts of small decimals to text give exponents before Spark 4. #}
{% macro spark_canonical_number(expression, type, depth) %}
    {%- set scale = ringfence.decimal_scale(type) or 0 -%}
    {%- if scale == 0 -%}
        {{- return(ringfence.as_text(expression)) -}}
    {%- endif -%}
    {%- set text = 'replace(format_number(' ~ expression ~ ', ' ~ scale ~ "), ',', '')" -%}
    {{- return("trim(trailing '.' from trim(trailing '0' from " ~ text ~ '))') -}}
{% endmacro %}


{# From its parts: every function that counts microseconds would read it in the zone of the session. #}
{% macro spark_canonical_timestamp(expression, type, depth) %}
    {{- return(ringfence.as_text(
        'cast(unix_date(to_date(' ~ expression ~ ')) as bigint) * 86400000000 + hour(' ~ expression
        ~ ') * 3600000000 + cast(minute(' ~ expression ~ ') as bigint) * 60000000 + cast(extract(second from '
        ~ expression ~ ') * 1000000 as bigint)'
    )) -}}
{% endmacro %}


{% macro spark_canonical_list(expression, type, depth) %}
    {%- set element = 'element_' ~ depth -%}
    {%- set field = ringfence.canonical_field(element, ringfence.element_type(type), depth + 1) -%}
    {%- if field is none -%}
        {{- return(none) -}}
    {%- endif -%}
    {{- return(
        'case when ' ~ expression ~ ' is not null then concat(' ~ ringfence.as_text('size(' ~ expression ~ ')')
        ~ ", ':', array_join(transform(" ~ expression ~ ', ' ~ element ~ ' -> ' ~ field ~ "), '')) end"
    ) -}}
{% endmacro %}


{% macro spark_canonical_map(expression, type, depth) %}
    {%- set parts = ringfence.type_parts(type) -%}
    {%- set entry = 'element_' ~ depth -%}
    {%- set key = ringfence.canonical_field(entry ~ '.key', parts[0], depth + 1) -%}
    {%- set value = ringfence.canonical_field(entry ~ '.value', parts[1], depth + 1) -%}
    {%- if key is none or value is none -%}
        {{- return(none) -}}
    {%- endif -%}
    {{- return(
        'case when ' ~ expression ~ ' is not null then concat(' ~ ringfence.as_text('size(' ~ expression ~ ')')
        ~ ", ':', array_join(array_sort(transform(map_entries(" ~ expression ~ '), ' ~ entry
        ~ ' -> concat(' ~ key ~ ', ' ~ value ~ "))), '')) end"
    ) -}}
{% endmacro %}
