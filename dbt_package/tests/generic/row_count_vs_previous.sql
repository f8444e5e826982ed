{# the row count changed by more than a percentage since the previous run; needs the counts kept at the end of a run #}
{% test row_count_vs_previous(
    model, max_change_pct=none, max_drop_pct=none, on_missing=none, allow_empty=false, hint=none
) %}
    {{ adapter.dispatch('test_row_count_vs_previous', 'ringfence')(
        model, max_change_pct, max_drop_pct, on_missing, allow_empty, hint, kwargs
    ) }}
{% endtest %}
