{% macro spark__canonical_value_of(family, expression, type, depth, fields) -%}
    {%- set size = ringfence.as_text('size(' ~ expression ~ ')') -%}
    {%- set scale = ringfence.decimal_scale(type) -%}
    {%- if family == 'number' and scale -%}
        {#- Casts of small decimals to text give exponents before Spark 4. -#}
        trim(trailing '.' from trim(trailing '0' from replace(format_number({{ expression }}, {{ scale }}), ',', '')))
    {%- elif family == 'number' -%}
        {{ ringfence.as_text(expression) }}
    {%- elif family == 'binary' -%}
        lower(hex({{ expression }}))
    {%- elif family == 'date' -%}
        {{ ringfence.as_text('unix_date(' ~ expression ~ ')') }}
    {%- elif family == 'instant' -%}
        {{ ringfence.as_text('unix_micros(' ~ expression ~ ')') }}
    {%- elif family == 'timestamp' -%}
        {{ ringfence.as_text(ringfence.spark_microseconds(expression)) }}
    {%- elif family == 'list' -%}
        case
            when {{ expression }} is not null then concat({{ size }}, ':', array_join(
                transform({{ expression }}, element_{{ depth }} -> {{ fields[0] }}), ''
            ))
        end
    {%- elif family == 'map' -%}
        case
            when {{ expression }} is not null then concat({{ size }}, ':', array_join(array_sort(
                transform(map_entries({{ expression }}), element_{{ depth }} -> concat({{ fields | join(', ') }}))
            ), ''))
        end
    {%- endif -%}
{%- endmacro %}


{# From its parts: every function that counts microseconds would read it in the zone of the session. #}
{% macro spark_microseconds(expression) -%}
    cast(unix_date(to_date({{ expression }})) as bigint) * 86400000000
    + hour({{ expression }}) * 3600000000
    + cast(minute({{ expression }}) as bigint) * 60000000
    + cast(extract(second from {{ expression }}) * 1000000 as bigint)
{%- endmacro %}
