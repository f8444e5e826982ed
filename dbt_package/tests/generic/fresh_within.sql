{# the newest moment of a column is too old or in the future, in total or in any group, or a group is missing #}
{% test fresh_within(
    model, max_age=none, column=none, column_name=none, by=none, expected_groups=none, no_future=true, timezone=none,
    allow_empty=false, hint=none
) %}
    {{ adapter.dispatch('test_fresh_within', 'ringfence')(
        model, max_age, column, column_name, by, expected_groups, no_future, timezone, allow_empty, hint, kwargs
    ) }}
{% endtest %}
