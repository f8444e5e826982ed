{# more than a percentage of a column is NULL (or NaN), in total or in any group #}
{% test null_rate_below(
    model, max_pct=none, column=none, column_name=none, by=none, allow_empty=false, hint=none
) %}
    {{ adapter.dispatch('test_null_rate_below', 'ringfence')(
        model, max_pct, column, column_name, by, allow_empty, hint, kwargs
    ) }}
{% endtest %}
