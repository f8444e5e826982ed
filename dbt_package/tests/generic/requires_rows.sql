{# rows that match `when` have no counterpart `in` another relation, over all or per key #}
{% test requires_rows(
    model, when=none, in=none, by=none, in_where=none, min_matches=none, allow_empty=false, hint=none
) %}
    {{ adapter.dispatch('test_requires_rows', 'ringfence')(
        model, when, in, by, in_where, min_matches, allow_empty, hint, kwargs
    ) }}
{% endtest %}
