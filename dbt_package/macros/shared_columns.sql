{# The columns that two relations have in common, by name, and what stands against comparing the others:
   {columns: {name: [tested type, compared type]}, problems: [[what, column, expected, got]]}. `only_here` says
   whether a column that only the tested relation has is a problem. Nothing while dbt parses. #}
{% macro shared_columns(argument, tested, compared, exclude, only_here=true) %}
    {%- set tested_types = ringfence.column_types('the tested model', tested) -%}
    {%- set compared_types = ringfence.column_types(argument, compared) -%}
    {%- set every = tested_types.keys() | list + compared_types.keys() | list -%}
    {%- do ringfence.require_known_columns('exclude', exclude, every) -%}
    {%- set columns, problems = {}, [] -%}
    {%- for name in every | unique(case_sensitive=true) | reject('in', exclude or []) -%}
        {%- set type, other = tested_types.get(name), compared_types.get(name) -%}
        {%- if type is none -%}
            {%- do problems.append(['column is missing', name, other, 'no such column']) -%}
        {%- elif other is none and only_here -%}
            {%- do problems.append(['column is not in ' ~ argument, name, 'no such column', type]) -%}
        {%- elif other is not none and ringfence.group_of_types(type) != ringfence.group_of_types(other) -%}
            {%- do problems.append(['types cannot be compared', name, other, type]) -%}
        {%- elif other is not none -%}
            {%- do columns.update({name: [type, other]}) -%}
        {%- endif -%}
    {%- endfor -%}
    {%- if execute and not columns -%}
        {%- do ringfence.wrong_argument(
            'no column is left to compare with ' ~ argument,
            'Take columns out of exclude, or compare relations that have columns in common'
        ) -%}
    {%- endif -%}
    {{- return({'columns': columns, 'problems': problems}) -}}
{% endmacro %}


{# Types of one group hold comparable values: a decimal and a float do, the text 1 and the number 1 do not, nor a
   moment with zone and one without. #}
{% macro group_of_types(data_type) %}
    {%- set kind = ringfence.kind_of_type(data_type) -%}
    {{- {'float': 'number', 'date': 'timestamp'}.get(kind, kind) -}}
{% endmacro %}


{# One wrong row for each problem, each with `union all` before it. #}
{% macro problem_rows(problems, hint) %}
    {% for problem in problems %}
        union all
        select {{ ringfence.wrong_column(problem, hint) }}
    {% endfor %}
{% endmacro %}


{# Columns as expressions that can be grouped, by the types that shared_columns gives. #}
{% macro comparable_columns(names, columns) %}
    {%- set found = [] -%}
    {%- for name in names -%}
        {%- do found.append(ringfence.comparable(name, columns.get(name, [none])[0])) -%}
    {%- endfor -%}
    {{- return(found) -}}
{% endmacro %}


{# `expressions` as position_1, position_2 ..., so that no name can meet one of ours. #}
{% macro numbered(expressions, prefix) %}
    {%- for expression in expressions %}, {{ expression }} as {{ prefix }}_{{ loop.index }}{% endfor -%}
{% endmacro %}


{% macro numbered_names(expressions, prefix) %}
    {%- for _ in expressions %}, {{ prefix }}_{{ loop.index }}{% endfor -%}
{% endmacro %}


{# A text that names the columns whose values differ among the rows of a group: `, amount, status`. #}
{% macro differing(columns, prefix) %}
    {%- set parts = ["''"] -%}
    {%- for column in columns -%}
        {%- set part -%}
            {%- set value = prefix ~ '_' ~ loop.index -%}
            case when count(distinct {{ value }}) + max(case when {{ value }} is null then 1 else 0 end) > 1
            then {{ ringfence.text_literal(', ' ~ column) }} else '' end
        {%- endset -%}
        {%- do parts.append(part) -%}
    {%- endfor -%}
    {{- dbt.concat(parts) if columns else "''" -}}
{% endmacro %}


{# The columns of differing() as the words for what a row has. #}
{% macro other_values() %}{{ dbt.concat(["'other values: '", 'substr(changed, 3)']) }}{% endmacro %}
