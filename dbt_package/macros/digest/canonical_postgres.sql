{% macro postgres__canonical_value_of(family, expression, type, depth, fields) -%}
    {%- if family == 'number' -%}
        {%- set is_whole = ringfence.decimal_scale(type) == 0 -%}
        {{ ringfence.as_text(expression if is_whole else 'trim_scale(' ~ expression ~ ')') }}
    {%- elif family == 'binary' -%}
        encode({{ expression }}, 'hex')
    {%- elif family == 'date' -%}
        {{ ringfence.finite_or_text(expression, ringfence.as_text('(' ~ expression ~ " - date '1970-01-01')")) }}
    {%- elif family == 'time' -%}
        {{ ringfence.as_text(expression) }}
    {%- elif family in ['timestamp', 'instant'] -%}
        {%- set microseconds = 'cast(extract(epoch from ' ~ expression ~ ') * 1000000 as bigint)' -%}
        {{ ringfence.finite_or_text(expression, ringfence.as_text(microseconds)) }}
    {%- elif family == 'list' -%}
        {{ ringfence.postgres_canonical_list(expression, depth, fields[0]) }}
    {%- endif -%}
{%- endmacro %}


{# One type covers arrays of every number of dimensions and of every first index; those that are not plain lists carry
   both, and equal nothing that another engine has. #}
{% macro postgres_canonical_list(expression, depth, field) -%}
    case
        when {{ expression }} is not null then coalesce(
            case
                when array_ndims({{ expression }}) > 1 or array_lower({{ expression }}, 1) <> 1
                    then array_dims({{ expression }})
            end,
            {{ ringfence.as_text('cardinality(' ~ expression ~ ')') }}
        ) || ':' || coalesce((
            select string_agg({{ field }}, '' order by place_{{ depth }})
            from unnest({{ expression }}) with ordinality as elements_{{ depth }} (
                element_{{ depth }}, place_{{ depth }}
            )
        ), '')
    end
{%- endmacro %}
