{# Which of the engines the adapter speaks to: its type, and for one that inherits from another that one's. #}
{% macro engine() %}
    {{- return(adapter.dispatch('engine', 'ringfence')()) -}}
{% endmacro %}


{% macro default__engine() -%} {{ target.type }} {%- endmacro %}


{% macro postgres__engine() -%} postgres {%- endmacro %}


{# Redshift takes the macros of PostgreSQL where it has none. #}
{% macro redshift__engine() -%} redshift {%- endmacro %}


{% macro spark__engine() -%} spark {%- endmacro %}


{# One text of several, each an SQL expression. #}
{% macro joined(texts) %}
    {{- return(texts[0] if texts | length == 1 else dbt.concat(texts)) -}}
{% endmacro %}
