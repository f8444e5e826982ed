{# For people line by line, then for programs one line of JSON. #}
{% macro print_difference(found) %}
    {%- do print('ringfence.diff_relations: ' ~ found.verdict ~ ' (' ~ found.reason ~ ')') -%}
    {%- do print('  a: ' ~ found.a ~ ringfence.rows_of_side(found, 'a')) -%}
    {%- do print('  b: ' ~ found.b ~ ringfence.rows_of_side(found, 'b')) -%}
    {%- if found.changed_columns -%}
        {%- set all_of_them = found.looked_at['rows'] == found.looked_at['of'] -%}
        {%- do print(
            '  changed columns' ~ ('' if all_of_them else ', in ' ~ found.looked_at['rows'] ~ ' of '
            ~ found.looked_at['of'] ~ ' changed rows') ~ ':'
        ) -%}
        {%- for changed in found.changed_columns -%}
            {%- do print('    ' ~ changed.column ~ ': ' ~ ringfence.row_count_text(changed['rows'])) -%}
        {%- endfor -%}
    {%- endif -%}
    {%- for kind, rows in (found.samples or {}).items() if rows -%}
        {%- do print('  ' ~ kind | replace('_', ' ') ~ ', for example:') -%}
        {%- for row in rows -%}
            {%- do print('    ' ~ ringfence.sample_text(row)) -%}
        {%- endfor -%}
    {%- endfor -%}
    {%- do print(tojson(found)) -%}
{% endmacro %}


{% macro rows_of_side(found, side) %}
    {{- return(', ' ~ ringfence.row_count_text(found['rows'][side]) if found['rows'] is defined else '') -}}
{% endmacro %}


{% macro sample_text(row) %}
    {%- if row is string or row is none -%}
        {{- return(row | string) -}}
    {%- endif -%}
    {%- set parts = [] -%}
    {%- if row['values'] is mapping and row['key'] is defined -%}
        {%- for column, values in row['values'].items() -%}
            {%- do parts.append(column ~ ': ' ~ tojson(values.a) ~ ' -> ' ~ tojson(values.b)) -%}
        {%- endfor -%}
        {{- return(row['key'] ~ ': ' ~ parts | join(', ')) -}}
    {%- endif -%}
    {%- for column, value in row.items() -%}
        {%- do parts.append(column ~ ' = ' ~ tojson(value)) -%}
    {%- endfor -%}
    {{- return(parts | join(', ')) -}}
{% endmacro %}


{% macro row_count_text(count) %}
    {{- return(count ~ (' row' if count == 1 else ' rows')) -}}
{% endmacro %}
