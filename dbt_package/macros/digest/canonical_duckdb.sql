{% macro duckdb__canonical_value_of(family, expression, type, depth) %}
    {%- if family == 'number' -%}
        {{- return(ringfence.duckdb_canonical_number(expression, type, depth)) -}}
    {%- elif family == 'binary' -%}
        {{- return('lower(hex(' ~ expression ~ '))') -}}
    {%- elif family == 'date' -%}
        {{- return(ringfence.finite_or_text(
            expression, ringfence.as_text('(' ~ expression ~ " - date '1970-01-01')")
        )) -}}
    {%- elif family == 'time' -%}
        {{- return(ringfence.as_text(expression)) -}}
    {%- elif family in ['timestamp', 'instant'] -%}
        {{- return(ringfence.duckdb_canonical_timestamp(expression, type, depth)) -}}
    {%- elif family == 'list' -%}
        {{- return(ringfence.duckdb_canonical_list(expression, type, depth)) -}}
    {%- elif family == 'map' -%}
        {{- return(ringfence.duckdb_canonical_map(expression, type, depth)) -}}
    {%- endif -%}
    {{- return(none) -}}
{% endmacro %}


{# Zeros at the end go: 1.5 and 1.50 are one number. A decimal without digits before the point is written without 0. #}
{% macro duckdb_canonical_number(expression, type, depth) %}
    {%- set scale = ringfence.decimal_scale(type) -%}
    {%- if scale is none -%}
        {%- set scale = 3 -%}
    {%- endif -%}
    {%- if scale == 0 -%}
        {{- return(ringfence.as_text(expression)) -}}
    {%- endif -%}
    {%- if scale == 38 -%}
        {{- return(none) -}}
    {%- endif -%}
    {%- set text = ringfence.as_text('cast(' ~ expression ~ ' as decimal(38, ' ~ scale ~ '))') -%}
    {{- return('rtrim(rtrim(' ~ text ~ ", '0'), '.')") -}}
{% endmacro %}


{% macro duckdb_canonical_timestamp(expression, type, depth) %}
    {%- if 'timestamp_ns' not in type | lower -%}
        {{- return(ringfence.finite_or_text(expression, ringfence.as_text('epoch_us(' ~ expression ~ ')'))) -}}
    {%- endif -%}
    {#- Nanoseconds that no microsecond can say must not be lost. -#}
    {%- set nanoseconds = 'epoch_ns(' ~ expression ~ ')' -%}
    {%- set left = '(' ~ nanoseconds ~ ' % 1000)' -%}
    {{- return(ringfence.finite_or_text(
        expression,
        'case when ' ~ left ~ ' = 0 then ' ~ ringfence.as_text('(' ~ nanoseconds ~ ' // 1000)')
        ~ ' else ' ~ ringfence.as_text(nanoseconds) ~ " || 'ns' end"
    )) -}}
{% endmacro %}


{% macro finite_or_text(expression, text) %}
    {{- return(
        'case when isfinite(' ~ expression ~ ') then ' ~ text ~ ' else ' ~ ringfence.as_text(expression) ~ ' end'
    ) -}}
{% endmacro %}


{% macro duckdb_canonical_list(expression, type, depth) %}
    {%- set element = 'element_' ~ depth -%}
    {%- set inner = ringfence.element_type(type) -%}
    {%- set field = ringfence.canonical_field(element, inner, depth + 1) -%}
    {%- if field is none -%}
        {{- return(none) -}}
    {%- endif -%}
    {%- set elements = 'cast(' ~ expression ~ ' as ' ~ inner ~ '[])' -%}
    {{- return(
        ringfence.as_text('len(' ~ elements ~ ')') ~ " || ':' || array_to_string(["
        ~ field ~ ' for ' ~ element ~ ' in ' ~ elements ~ "], '')"
    ) -}}
{% endmacro %}


{# Maps are equal whatever the order of their keys. #}
{% macro duckdb_canonical_map(expression, type, depth) %}
    {%- set parts = ringfence.type_parts(type) -%}
    {%- set entry = 'element_' ~ depth -%}
    {%- set key = ringfence.canonical_field(entry ~ ".key", parts[0], depth + 1) -%}
    {%- set value = ringfence.canonical_field(entry ~ ".value", parts[1], depth + 1) -%}
    {%- if key is none or value is none -%}
        {{- return(none) -}}
    {%- endif -%}
    {{- return(
        ringfence.as_text('cardinality(' ~ expression ~ ')') ~ " || ':' || array_to_string(list_sort(["
        ~ key ~ ' || ' ~ value ~ ' for ' ~ entry ~ ' in map_entries(' ~ expression ~ ")]), '')"
    ) -}}
{% endmacro %}
