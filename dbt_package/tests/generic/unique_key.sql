{# two rows have the same key, of one column or several; NULL is equal to NULL #}
{% test unique_key(model, columns=none, column_name=none, allow_empty=false, hint=none) %}
    {{ adapter.dispatch('test_unique_key', 'ringfence')(
        model, columns, column_name, allow_empty, hint, kwargs
    ) }}
{% endtest %}
