{# The five columns of every failing row. All but `hint` are SQL expressions. #}
{% macro wrong_row(what, place, expected, got, hint) %}
    {{ ringfence.as_text(what) }} as what,
    {{ ringfence.as_text(place) }} as where_,
    {{ ringfence.as_text(expected) }} as expected,
    {{ ringfence.as_text(got) }} as got,
    {{ ringfence.as_text(ringfence.text_literal(hint)) }} as hint
{% endmacro %}
