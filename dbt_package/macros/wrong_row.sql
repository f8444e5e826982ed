{# The five columns of every failing row. All but `hint` are SQL expressions. #}
{% macro wrong_row(what, place, expected, got, hint) %}
    {{ ringfence.as_text(what) }} as what,
    {{ ringfence.as_text(place) }} as where_,
    {{ ringfence.as_text(expected) }} as expected,
    {{ ringfence.as_text(got) }} as got,
    {{ ringfence.as_text(ringfence.text_literal(hint)) }} as hint
{% endmacro %}


{# The wrong row of an input without rows. #}
{% macro empty_input_row(hint, what="'the tested relation is empty'", place="'all rows'") %}
    {{ ringfence.wrong_row(what, place, "'at least 1 row'", "'0 rows'", hint) }}
{% endmacro %}


{# The same with `union all` before it, for a test that fails on empty input unless `allow_empty` is true. `size` is
   the step that counted and the condition under which it found nothing. #}
{% macro or_empty(allow_empty, size, hint, what="'the tested relation is empty'", place="'all rows'") %}
    {% if not allow_empty %}
        union all
        select {{ ringfence.empty_input_row(hint, what, place) }}
        from {{ size }}
    {% endif %}
{% endmacro %}


{# The wrong row, with `union all` before it, of a condition that fewer rows meet than the argument min_matches. #}
{% macro or_too_few(min_matches, hint) %}
    {% if min_matches is not none %}
        union all
        select
            {{ ringfence.wrong_row(
                "'too few rows match'",
                "'all rows'",
                ringfence.text_literal('at least ' ~ min_matches ~ ' matching'),
                ringfence.worded('{match_count} matching'),
                hint
            ) }}
        from tested_size
        where row_count > 0 and match_count < {{ min_matches }}
    {% endif %}
{% endmacro %}


{# The wrong row of a column, told as [what, column, expected, got]. #}
{% macro wrong_column(problem, hint) %}
    {% set what, column, expected, got = problem %}
    {{ ringfence.wrong_row(
        ringfence.text_literal(what),
        ringfence.text_literal('column ' ~ column),
        ringfence.text_literal(expected),
        ringfence.text_literal(got),
        hint
    ) }}
{% endmacro %}


{# `what` for a part that the argument `by` makes: where there is none, the test's own words do. #}
{% macro place(by, words) %}
    {%- set literal = ringfence.text_literal(words ~ (', ' if by else '')) -%}
    {{- dbt.concat([literal, ringfence.key_text(by)]) if by else literal -}}
{% endmacro %}


{# How every test ends: the rows of its last step, `wrong`. #}
{% macro wrong_rows() %}
    select what, where_, expected, got, hint
    from wrong
    where {{ ringfence.emptiness_is_judged() }}
{% endmacro %}
