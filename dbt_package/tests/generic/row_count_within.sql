{# the row counts of two relations differ by more than a percentage, in total or in any group #}
{% test row_count_within(
    model, compare_to=none, max_change_pct=0.5, min_rows=none, group_by=none, allow_empty=false, hint=none
) %}
    {{ adapter.dispatch('test_row_count_within', 'ringfence')(
        model, compare_to, max_change_pct, min_rows, group_by, allow_empty, hint, kwargs
    ) }}
{% endtest %}
