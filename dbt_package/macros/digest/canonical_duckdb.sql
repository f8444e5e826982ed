{% macro duckdb__canonical_value_of(family, expression, type, depth, fields) -%}
    {%- if family == 'number' -%}
        {{ ringfence.duckdb_canonical_number(expression, type) }}
    {%- elif family == 'binary' -%}
        lower(hex({{ expression }}))
    {%- elif family == 'date' -%}
        {{ ringfence.finite_or_text(expression, ringfence.as_text('(' ~ expression ~ " - date '1970-01-01')")) }}
    {%- elif family == 'time' -%}
        {{ ringfence.as_text(expression) }}
    {%- elif family in ['timestamp', 'instant'] -%}
        {{ ringfence.finite_or_text(expression, ringfence.duckdb_microseconds(expression, type)) }}
    {%- elif family == 'list' -%}
        {%- set elements = 'cast(' ~ expression ~ ' as ' ~ ringfence.element_type(type) ~ '[])' -%}
        {{ ringfence.as_text('len(' ~ elements ~ ')') }} || ':' || array_to_string(
            [{{ fields[0] }} for element_{{ depth }} in {{ elements }}], ''
        )
    {%- elif family == 'map' -%}
        {#- Maps are equal whatever the order of their keys. -#}
        {{ ringfence.as_text('cardinality(' ~ expression ~ ')') }} || ':' || array_to_string(
            list_sort([{{ fields | join(' || ') }} for element_{{ depth }} in map_entries({{ expression }})]), ''
        )
    {%- endif -%}
{%- endmacro %}


{# Zeros at the end go: 1.5 and 1.50 are one number. A decimal without digits before the point is written without 0. #}
{% macro duckdb_canonical_number(expression, type) -%}
    {%- set scale = ringfence.decimal_scale(type) -%}
    {%- if scale == 0 -%}
        {{ ringfence.as_text(expression) }}
    {%- elif scale != 38 -%}
        {%- set decimal = 'decimal(38, ' ~ (3 if scale is none else scale) ~ ')' -%}
        rtrim(rtrim({{ ringfence.as_text('cast(' ~ expression ~ ' as ' ~ decimal ~ ')') }}, '0'), '.')
    {%- endif -%}
{%- endmacro %}


{% macro duckdb_microseconds(expression, type) -%}
    {%- if 'timestamp_ns' in type | lower -%}
        {#- Nanoseconds that no microsecond can say must not be lost. -#}
        {%- set nanoseconds = 'epoch_ns(' ~ expression ~ ')' -%}
        case
            when ({{ nanoseconds }} % 1000) = 0 then {{ ringfence.as_text('(' ~ nanoseconds ~ ' // 1000)') }}
            else {{ ringfence.as_text(nanoseconds) }} || 'ns'
        end
    {%- else -%}
        {{ ringfence.as_text('epoch_us(' ~ expression ~ ')') }}
    {%- endif -%}
{%- endmacro %}


{% macro finite_or_text(expression, text) -%}
    case when isfinite({{ expression }}) then {{ text }} else {{ ringfence.as_text(expression) }} end
{%- endmacro %}
