{# the rows of two relations differ, counted as often as they occur, whatever their order #}
{% test same_rows_as(
    model, compare_to=none, keys=none, exclude=none, tolerance=none, allow_empty=false, hint=none
) %}
    {{ adapter.dispatch('test_same_rows_as', 'ringfence')(
        model, compare_to, keys, exclude, tolerance, allow_empty, hint, kwargs
    ) }}
{% endtest %}
