{# ", did you mean x?" with the name that is fewest edits away, or '' where none is near. #}
{% macro did_you_mean(name, names) %}
    {%- set best = namespace(name='', distance=3) -%}
    {%- for one in names | map('string') -%}
        {%- set distance = ringfence.edit_distance(name | string, one) -%}
        {%- if distance < best.distance and distance < one | length -%}
            {%- set best.name, best.distance = one, distance -%}
        {%- endif -%}
    {%- endfor -%}
    {%- if best.name -%}, did you mean {{ best.name }}?{%- endif -%}
{% endmacro %}


{# Levenshtein's distance, row by row: https://en.wikipedia.org/wiki/Levenshtein_distance #}
{% macro edit_distance(left, right) %}
    {%- set state = namespace(row=range(right | length + 1) | list) -%}
    {%- for sign in left -%}
        {%- set next_row = [loop.index] -%}
        {%- for other in right -%}
            {%- set before, above = state.row[loop.index0:loop.index + 1] -%}
            {%- do next_row.append([next_row[-1] + 1, above + 1, before + (sign != other) | int] | min) -%}
        {%- endfor -%}
        {%- set state.row = next_row -%}
    {%- endfor -%}
    {{- return(state.row[-1]) -}}
{% endmacro %}
