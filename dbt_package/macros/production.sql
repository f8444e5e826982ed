{# Whether the target is one of those that the var `ringfence_production_targets` names. #}
{% macro is_production() %}
    {{- return(target.name in var('ringfence_production_targets', ['prod', 'production'])) -}}
{% endmacro %}
