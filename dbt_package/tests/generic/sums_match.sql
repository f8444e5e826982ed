{# the sum of a column differs from the sum in another relation, in total or in any group #}
{% test sums_match(
    model, compare_to=none, column=none, column_name=none, compare_column=none, by=none, abs=0, pct=0,
    allow_empty=false, hint=none
) %}
    {{ adapter.dispatch('test_sums_match', 'ringfence')(
        model, compare_to, column, column_name, compare_column, by, abs, pct, allow_empty, hint, kwargs
    ) }}
{% endtest %}
