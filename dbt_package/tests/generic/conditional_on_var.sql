{# a condition does not hold although a variable of the project is on #}
{% test conditional_on_var(
    model, var=none, then=none, equals=none, rows='every', allow_empty=false, hint=none
) %}
    {{ adapter.dispatch('test_conditional_on_var', 'ringfence')(
        model, var, then, equals, rows, allow_empty, hint, kwargs
    ) }}
{% endtest %}
