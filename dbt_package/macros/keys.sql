{# Key columns go by position (key_1, key_2 ...), so that no name of theirs can meet one of ours.
   Without columns there is one constant key: the whole relation is a single group. #}
{% macro key_columns(columns) %}
    {%- if not columns %}1 as key_1{% endif -%}
    {%- for column in columns or [] -%}
        {{ ringfence.quoted(column) }} as key_{{ loop.index }}{{ ', ' if not loop.last }}
    {%- endfor -%}
{% endmacro %}


{% macro key_names(columns) %}
    {%- set names = [] -%}
    {%- for column in columns or ['constant'] -%}
        {%- do names.append('key_' ~ loop.index) -%}
    {%- endfor -%}
    {{- return(names | join(', ')) -}}
{% endmacro %}


{# An SQL expression that says which key a row is about: `region = north, order is null`. #}
{% macro key_text(columns) %}
    {%- if not columns -%}
        {{- return("'all rows'") -}}
    {%- endif -%}
    {%- set parts = [] -%}
    {%- for column in columns -%}
        {%- set key = 'key_' ~ loop.index -%}
        {%- set separator = '' if loop.first else ', ' -%}
        {%- do parts.append(
            'case when ' ~ key ~ ' is null then ' ~ ringfence.text_literal(separator ~ column ~ ' is null')
            ~ ' else ' ~ dbt.concat([
                ringfence.text_literal(separator ~ column ~ ' = '), ringfence.as_text(key)
            ]) ~ ' end'
        ) -%}
    {%- endfor -%}
    {{- return(dbt.concat(parts)) -}}
{% endmacro %}


{% macro quoted(name) %}
    {{- return(adapter.dispatch('quoted', 'ringfence')(name)) -}}
{% endmacro %}


{# adapter.quote() does not escape the quote character inside a name; doubling it does. #}
{% macro default__quoted(name) %}
    {%- set mark = adapter.quote('')[:1] -%}
    {{- return(mark ~ name | replace(mark, mark ~ mark) ~ mark) -}}
{% endmacro %}


{# Names are escaped there as texts are. #}
{% macro bigquery__quoted(name) %}
    {{- return('`' ~ name | replace('\\', '\\\\') | replace('`', '\\`') ~ '`') -}}
{% endmacro %}
