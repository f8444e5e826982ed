{# The five columns of every failing row. All but `hint` are SQL expressions. #}
{% macro wrong_row(what, place, expected, got, hint) %}
    {{ ringfence.as_text(what) }} as what,
    {{ ringfence.as_text(place) }} as where_,
    {{ ringfence.as_text(expected) }} as expected,
    {{ ringfence.as_text(got) }} as got,
    {{ ringfence.as_text(ringfence.text_literal(hint)) }} as hint
{% endmacro %}


{# The wrong row of an input without rows. #}
{% macro empty_input_row(hint) %}
    {{ ringfence.wrong_row(
        "'the tested relation is empty'", "'all rows'", "'at least 1 row'", "'0 rows'", hint
    ) }}
{% endmacro %}


{# `what` for a part that the argument `by` makes: where there is none, the test's own words do. #}
{% macro place(by, words) %}
    {%- if not by -%}
        {{- return(ringfence.text_literal(words)) -}}
    {%- endif -%}
    {{- return(dbt.concat([ringfence.text_literal(words ~ ', '), ringfence.key_text(by)])) -}}
{% endmacro %}


{# How every test ends: the rows of its last step, `wrong`. #}
{% macro wrong_rows(test_name) %}
    select what, where_, expected, got, hint
    from wrong
    where {{ ringfence.emptiness_is_judged(test_name) }}
{% endmacro %}
