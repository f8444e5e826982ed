{# there is no row #}
{% test not_empty(model, hint=none) %}
    {{ adapter.dispatch('test_not_empty', 'ringfence')(model, hint, kwargs) }}
{% endtest %}
