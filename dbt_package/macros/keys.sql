{# Key columns go by position (key_1, key_2 ...), so that no name of theirs can meet one of ours.
   Without columns there is one constant key: the whole relation is a single group. #}
{% macro key_columns(columns) %}
    {%- if not columns %}1 as key_1{% endif -%}
    {%- for column in columns or [] -%}
        {{ ringfence.quoted(column) }} as key_{{ loop.index }}{{ ', ' if not loop.last }}
    {%- endfor -%}
{% endmacro %}


{% macro key_names(columns) %}
    {{- 'key_' ~ range(1, (columns or ['constant']) | length + 1) | join(', key_') -}}
{% endmacro %}


{# An SQL expression that says which key a row is about: `region = north, order is null`. #}
{% macro key_text(columns) %}
    {%- set parts = [] -%}
    {%- for column in columns or [] -%}
        {%- set name = ('' if loop.first else ', ') ~ column -%}
        {%- set value = dbt.concat([ringfence.text_literal(name ~ ' = '), ringfence.as_text('key_' ~ loop.index)]) -%}
        {%- do parts.append('case when key_%s is null then %s else %s end' | format(
            loop.index, ringfence.text_literal(name ~ ' is null'), value
        )) -%}
    {%- endfor -%}
    {{- dbt.concat(parts) if parts else "'all rows'" -}}
{% endmacro %}


{% macro quoted(name) %}{{ adapter.dispatch('quoted', 'ringfence')(name) }}{% endmacro %}


{# adapter.quote() does not escape the quote character inside a name; doubling it does. #}
{% macro default__quoted(name) %}
    {%- set mark = adapter.quote('')[:1] -%}
    {{- mark ~ name | replace(mark, mark ~ mark) ~ mark -}}
{% endmacro %}


{# Names are escaped there as texts are. #}
{% macro bigquery__quoted(name) %}`{{ name | replace('\\', '\\\\') | replace('`', '\\`') }}`{% endmacro %}
