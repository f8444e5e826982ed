{# The columns that two relations have in common, by name, and what stands against comparing the others:
   {columns: {name: [tested type, compared type]}, problems: [{what, column, expected, got}]}. `only_here` says
   whether a column that only the tested relation has is a problem. #}
{% macro shared_columns(test_name, argument, tested, compared, exclude, only_here=true) %}
    {%- set tested_types = ringfence.column_types(test_name, 'the tested model', tested) -%}
    {%- set compared_types = ringfence.column_types(test_name, argument, compared) -%}
    {%- set every = tested_types.keys() | list + compared_types.keys() | list -%}
    {%- do ringfence.require_known_columns(test_name, 'exclude', exclude, every) -%}
    {%- set columns = {} -%}
    {%- set problems = [] -%}
    {%- for name, type in tested_types.items() if name not in (exclude or []) -%}
        {%- if name not in compared_types -%}
            {%- if only_here -%}
                {%- do problems.append({
                    'what': 'column is not in ' ~ argument, 'column': name, 'expected': 'no such column', 'got': type
                }) -%}
            {%- endif -%}
        {%- elif ringfence.group_of_types(type) != ringfence.group_of_types(compared_types[name]) -%}
            {%- do problems.append({
                'what': 'types cannot be compared', 'column': name, 'expected': compared_types[name], 'got': type
            }) -%}
        {%- else -%}
            {%- do columns.update({name: [type, compared_types[name]]}) -%}
        {%- endif -%}
    {%- endfor -%}
    {%- for name, type in compared_types.items() if name not in (exclude or []) and name not in tested_types -%}
        {%- do problems.append({
            'what': 'column is missing', 'column': name, 'expected': type, 'got': 'no such column'
        }) -%}
    {%- endfor -%}
    {%- if execute and not columns -%}
        {%- do ringfence.wrong_argument(
            test_name, 'no column is left to compare with ' ~ argument,
            'Take columns out of exclude, or compare relations that have columns in common'
        ) -%}
    {%- endif -%}
    {{- return({'columns': columns, 'problems': problems}) -}}
{% endmacro %}


{# Types of one group hold comparable values: a decimal and a float do, the text 1 and the number 1 do not, nor a
   moment with zone and one without. #}
{% macro group_of_types(data_type) %}
    {%- set kind = ringfence.kind_of_type(data_type) -%}
    {{- return({'float': 'number', 'date': 'timestamp'}.get(kind, kind)) -}}
{% endmacro %}


{# One wrong row for each problem, each with `union all` before it. #}
{% macro problem_rows(problems, hint) %}
    {% for problem in problems %}
        union all
        select
            {{ ringfence.wrong_row(
                ringfence.text_literal(problem.what),
                ringfence.text_literal('column ' ~ problem.column),
                ringfence.text_literal(problem.expected),
                ringfence.text_literal(problem.got),
                hint
            ) }}
    {% endfor %}
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
        {%- set value = prefix ~ '_' ~ loop.index -%}
        {%- do parts.append(
            'case when count(distinct ' ~ value ~ ') + max(case when ' ~ value ~ ' is null then 1 else 0 end) > 1 then '
            ~ ringfence.text_literal(', ' ~ column) ~ " else '' end"
        ) -%}
    {%- endfor -%}
    {{- return(dbt.concat(parts) if parts | length > 1 else "''") -}}
{% endmacro %}
