{% macro postgres__canonical_value_of(family, expression, type, depth) %}
    {%- if family == 'number' -%}
        {{- return(ringfence.postgres_canonical_number(expression, type, depth)) -}}
    {%- elif family == 'binary' -%}
        {{- return('encode(' ~ expression ~ ", 'hex')") -}}
    {%- elif family == 'date' -%}
        {{- return(ringfence.finite_or_text(
            expression, ringfence.as_text('(' ~ expression ~ " - date '1970-01-01')")
        )) -}}
    {%- elif family == 'time' -%}
        {{- return(ringfence.as_text(expression)) -}}
    {%- elif family in ['timestamp', 'instant'] -%}
        {{- return(ringfence.postgres_canonical_timestamp(expression, type, depth)) -}}
    {%- elif family == 'list' -%}
        {{- return(ringfence.postgres_canonical_list(expression, type, depth)) -}}
    {%- endif -%}
    {{- return(none) -}}
{% endmacro %}


{% macro postgres_canonical_number(expression, type, depth) %}
    {%- if ringfence.decimal_scale(type) == 0 -%}
        {{- return(ringfence.as_text(expression)) -}}
    {%- endif -%}
    {{- return(ringfence.as_text('trim_scale(' ~ expression ~ ')')) -}}
{% endmacro %}


{% macro postgres_canonical_timestamp(expression, type, depth) %}
    {{- return(ringfence.finite_or_text(
        expression, ringfence.as_text('cast(extract(epoch from ' ~ expression ~ ') * 1000000 as bigint)')
    )) -}}
{% endmacro %}


{# One type covers arrays of every number of dimensions and of every first index; those that are not plain lists carry
   both, and equal nothing that another engine has. #}
{% macro postgres_canonical_list(expression, type, depth) %}
    {%- set element = 'element_' ~ depth -%}
    {%- set field = ringfence.canonical_field(element, ringfence.element_type(type), depth + 1) -%}
    {%- if field is none -%}
        {{- return(none) -}}
    {%- endif -%}
    {{- return(
        'case when ' ~ expression ~ ' is not null then coalesce(case when array_ndims(' ~ expression
        ~ ') > 1 or array_lower(' ~ expression ~ ', 1) <> 1 then array_dims(' ~ expression
        ~ ') end, ' ~ ringfence.as_text('cardinality(' ~ expression ~ ')')
        ~ ") || ':' || coalesce((select string_agg(" ~ field ~ ", '' order by place_" ~ depth
        ~ ') from unnest(' ~ expression ~ ') with ordinality as elements_' ~ depth
        ~ ' (' ~ element ~ ', place_' ~ depth ~ ")), '') end"
    ) -}}
{% endmacro %}

