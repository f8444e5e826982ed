{# For people line by line, then for programs one line of JSON. #}
{% macro print_difference(found) %}
    {%- do print('ringfence.diff_relations: ' ~ found.verdict ~ ' (' ~ found.reason ~ ')') -%}
    {%- for side in ['a', 'b'] -%}
        {%- set count = ', ' ~ ringfence.row_count_text(found.rows[side]) if found.rows is defined -%}
        {%- do print('  ' ~ side ~ ': ' ~ found[side] ~ count) -%}
    {%- endfor -%}
    {%- if found.changed_columns -%}
        {%- set seen = found.looked_at -%}
        {%- set part = ', in ' ~ seen.rows ~ ' of ' ~ seen.of ~ ' changed rows' if seen.rows != seen.of -%}
        {%- do print('  changed columns' ~ part ~ ':') -%}
        {%- for changed in found.changed_columns -%}
            {%- do print('    ' ~ changed.column ~ ': ' ~ ringfence.row_count_text(changed.rows)) -%}
        {%- endfor -%}
    {%- endif -%}
    {%- for kind, rows in (found.samples or {}).items() if rows -%}
        {%- do print('  ' ~ kind | replace('_', ' ') ~ ', for example:') -%}
        {%- for row in rows -%}
            {%- do print('    ' ~ ringfence.sample_text(row, kind)) -%}
        {%- endfor -%}
    {%- endfor -%}
    {%- do print(tojson(found)) -%}
{% endmacro %}


{# Of a changed row its key and both values of each column that changed, of a row of one side alone its values. #}
{% macro sample_text(row, kind) %}
    {%- do return(row | string) if row is not mapping -%}
    {%- set parts = [] -%}
    {%- for column, value in (row['values'] if kind == 'changed' else row).items() -%}
        {%- do parts.append(
            column ~ ': ' ~ tojson(value.a) ~ ' -> ' ~ tojson(value.b) if kind == 'changed'
            else column ~ ' = ' ~ tojson(value)
        ) -%}
    {%- endfor -%}
    {{- return((row['key'] ~ ': ' if kind == 'changed') ~ parts | join(', ')) -}}
{% endmacro %}


{% macro row_count_text(count) %}
    {{- return(count ~ (' row' if count == 1 else ' rows')) -}}
{% endmacro %}
