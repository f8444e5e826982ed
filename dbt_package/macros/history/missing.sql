{# What a test does that needs a stored past and finds none: by default it fails on production targets, where a
   lost store is an accident, and warns elsewhere. #}
{% macro missing_means(on_missing) %}{{ on_missing or ('fail' if ringfence.is_production() else 'warn') }}{% endmacro %}


{# A wrong row, with `union all` before it, where on_missing is `fail`; else nothing but the warning. #}
{% macro missing_row(on_missing, is_missing, what, expected, hint) %}
    {% if execute and is_missing and not flags.EMPTY %}
        {% if on_missing == 'fail' %}
            union all
            select {{ ringfence.wrong_row(
                ringfence.text_literal(what), "'all rows'", ringfence.text_literal(expected), "'none'", hint
            ) }}
        {% elif on_missing == 'warn' %}
            {% do exceptions.warn('ringfence.%s on %s: %s on target %s, so nothing is compared' | format(
                model.test_metadata.name, ringfence.tested_node(), what, target.name
            )) %}
        {% endif %}
    {% endif %}
{% endmacro %}
