{# a column is missing, more than expected, elsewhere or of another type #}
{% test columns_are(model, names=none, types=none, ordered=false, allow_empty=false, hint=none) %}
    {{ adapter.dispatch('test_columns_are', 'ringfence')(
        model, names, types, ordered, allow_empty, hint, kwargs
    ) }}
{% endtest %}
