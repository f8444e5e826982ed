{# a row that was there before was changed or deleted; needs the previous rows: a relation, or the copy kept at the end of a run #}
{% test append_only(
    model, keys=none, against=none, exclude=none, on_missing=none, allow_empty=false, hint=none
) %}
    {{ adapter.dispatch('test_append_only', 'ringfence')(
        model, keys, against, exclude, on_missing, allow_empty, hint, kwargs
    ) }}
{% endtest %}
