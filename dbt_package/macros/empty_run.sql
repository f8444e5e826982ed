{# The last condition of a test: with --empty every relation is empty on purpose, so no row is wrong,
   while the SQL still runs and a column that does not exist is still found. #}
{% macro emptiness_is_judged() %}
    {%- if flags.EMPTY and execute -%}
        {%- do log(
            'ringfence.%s on %s: --empty, so rows are not judged'
            | format(model.test_metadata.name, ringfence.tested_node()), info=true
        ) -%}
    {%- endif -%}
    {{- '1 = 0' if flags.EMPTY else '1 = 1' -}}
{% endmacro %}
