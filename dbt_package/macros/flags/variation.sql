{# One of two values, as a rule relations. Both are worked out by whoever calls, whichever is chosen: with
   `off=ref('a'), on=ref('b')` the model depends on both, and no edge moves when the flag does. #}
{% macro variation(name, off=none, on=none) %}
    {{- return(adapter.dispatch('variation', 'ringfence')(name, off, on)) -}}
{% endmacro %}


{% macro default__variation(name, off, on) %}
    {%- if off is none or on is none -%}
        {%- do ringfence.require_sides('variation', name, off, on) -%}
    {%- endif -%}
    {%- set is_on = ringfence.flag_state('variation', name).is_on -%}
    {%- if not execute -%}
        {%- do ringfence.leave_evidence(name, 'on' if is_on else 'off') -%}
    {%- endif -%}
    {{- return(on if is_on else off) -}}
{% endmacro %}


{# dbt takes in what config() says while it parses and at no other time; of `meta` it merges the keys, so that
   one key a flag leaves all others alone. #}
{% macro leave_evidence(name, value) %}
    {%- if not execute -%}
        {%- do config(meta={'ringfence_flag__' ~ name: value}) -%}
    {%- endif -%}
{% endmacro %}


{% macro require_sides(macro_name, name, off, on) %}
    {%- if off is none or on is none -%}
        {%- set side = 'off' if off is none else 'on' -%}
        {%- do ringfence.wrong_flag(macro_name, name, side ~ ' is missing', "Write %s=ref('...')" | format(side)) -%}
    {%- endif -%}
{% endmacro %}
