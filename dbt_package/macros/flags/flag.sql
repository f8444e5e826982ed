{# Whether a flag is on: true or false, while dbt parses as well as while it runs. #}
{% macro flag(name) %}
    {{- return(adapter.dispatch('flag', 'ringfence')(name)) -}}
{% endmacro %}


{% macro default__flag(name) %}
    {{- return(ringfence.flag_state('flag', name).is_on) -}}
{% endmacro %}


{# Whether the kill switch holds a flag off, whatever else says that it is on. #}
{% macro kill(name) %}
    {{- return(adapter.dispatch('kill', 'ringfence')(name)) -}}
{% endmacro %}


{% macro default__kill(name) %}
    {{- return(ringfence.flag_state('kill', name).decided_by == 'kill switch') -}}
{% endmacro %}
