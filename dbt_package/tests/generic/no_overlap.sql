{# two intervals of the same key overlap, or one ends before it starts #}
{% test no_overlap(model, start=none, end=none, by=none, end_included=false, allow_empty=false, hint=none) %}
    {{ adapter.dispatch('test_no_overlap', 'ringfence')(
        model, start, end, by, end_included, allow_empty, hint, kwargs
    ) }}
{% endtest %}
