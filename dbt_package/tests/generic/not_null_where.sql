{# a column is NULL (or NaN) in rows that match a condition #}
{% test not_null_where(
    model, condition=none, column=none, column_name=none, by=none, min_matches=none, allow_empty=false, hint=none
) %}
    {{ adapter.dispatch('test_not_null_where', 'ringfence')(
        model, condition, column, column_name, by, min_matches, allow_empty, hint, kwargs
    ) }}
{% endtest %}
