{# Which columns differ in the changed rows: counts a column, and samples with both values. Looked at are the keys that
   paired_rows_sql() has brought, all of them where few rows changed. #}
{% macro compare_values(found, a, b, hashes, changed, samples) %}
    {%- set compared = [] -%}
    {%- for column in found.plan if not column.is_key -%}
        {%- do compared.append(column) -%}
    {%- endfor -%}
    {%- set columns = [] -%}
    {%- set counted = run_query(ringfence.changed_values_sql(found.plan, compared, a, b, hashes))[0] -%}
    {%- for column in compared -%}
        {%- if counted[loop.index] | int > 0 -%}
            {%- do columns.append({'column': column.name, 'rows': counted[loop.index] | int}) -%}
        {%- endif -%}
    {%- endfor -%}
    {%- do found.update({
        'changed_columns': columns, 'looked_at': {'rows': counted[0] | int, 'of': changed}
    }) -%}
    {%- if samples -%}
        {%- set shown = [] -%}
        {%- for row in run_query(ringfence.sampled_values_sql(found.plan, compared, a, b, hashes[:samples])) -%}
            {%- set values = {} -%}
            {%- for column in compared -%}
                {%- set place = 3 * loop.index0 + 1 -%}
                {%- if row[place] | int -%}
                    {%- do values.update({
                        column.name: {'a': ringfence.shown(row[place + 1]), 'b': ringfence.shown(row[place + 2])}
                    }) -%}
                {%- endif -%}
            {%- endfor -%}
            {%- do shown.append({'key': ringfence.shown(row[0]), 'values': values}) -%}
        {%- endfor -%}
        {%- do found.samples.update({'changed': shown}) -%}
    {%- endif -%}
{% endmacro %}


{# dbt reads an empty text, and the word null, as NULL: what is shown is sent behind a sign that shown() takes away. #}
{% macro shown_sql(expression) %}
    {{- return(dbt.concat(["'='", ringfence.as_text(expression)])) -}}
{% endmacro %}


{% macro shown(text) %}
    {{- return(none if text is none else text[1:]) -}}
{% endmacro %}


{% macro changed_sides_sql(plan, compared, a, b, hashes) %}
    with {{ ringfence.chosen_rows_sql('rows_of_a', plan, compared, a, 'name', hashes) }},

    {{ ringfence.chosen_rows_sql('rows_of_b', plan, compared, b, 'in_b', hashes) }}
{% endmacro %}


{# The hash of the key is the only thing that every row is read for. #}
{% macro chosen_rows_sql(alias, plan, compared, relation, name, hashes) %}
    {{ alias }} as (
        select
            {{ ringfence.key_hash(plan, name) }} as key_hash,
            {{ ringfence.side_key_text(plan, name) }} as key_text
            {% for column in compared %}
                , {{ ringfence.quoted(column[name]) }} as value_{{ loop.index }}
            {% endfor %}
        from {{ relation }}
        where {{ ringfence.key_hash(plan, name) }} in ({{ ringfence.hash_literals(hashes) }})
    )
{%- endmacro %}


{# `order_id = 7, line is null`. #}
{% macro side_key_text(plan, name) %}
    {%- set parts = [] -%}
    {%- for column in plan if column.is_key -%}
        {%- set quoted = ringfence.quoted(column[name]) -%}
        {%- set label = ('' if loop.first else ', ') ~ column.name -%}
        {%- do parts.append(
            'case when ' ~ quoted ~ ' is null then ' ~ ringfence.text_literal(label ~ ' is null') ~ ' else '
            ~ dbt.concat([ringfence.text_literal(label ~ ' = '), ringfence.as_text(quoted)]) ~ ' end'
        ) -%}
    {%- endfor -%}
    {{- return(parts[0] if parts | length == 1 else dbt.concat(parts)) -}}
{% endmacro %}


{# 1 where the values of a column differ beyond its tolerance. #}
{% macro value_differs_sql(column, place) %}
    {%- set left, right = 'a.value_' ~ place, 'b.value_' ~ place -%}
    {%- if column.tolerance is not none -%}
        {%- set differs = ringfence.beyond_tolerance_sql(left, right, column.tolerance) -%}
    {%- else -%}
        {#- By hash, so that it means the same as in the digest, and types without equality have one. -#}
        {%- set differs = ringfence.row_hash([{'name': column.name, 'expression': left, 'type': column.type}]) ~ ' <> '
            ~ ringfence.row_hash([{'name': column.name, 'expression': right, 'type': column.type}]) -%}
    {%- endif -%}
    {{- return('case when ' ~ differs ~ ' then 1 else 0 end') -}}
{% endmacro %}


{% macro changed_values_sql(plan, compared, a, b, hashes) %}
    {{ ringfence.changed_sides_sql(plan, compared, a, b, hashes) }}

    select
        count(*) as looked_at
        {% for column in compared %}
            , coalesce(sum({{ ringfence.value_differs_sql(column, loop.index) }}), 0) as changed_{{ loop.index }}
        {% endfor %}
    from rows_of_a as a
    inner join rows_of_b as b
        on a.key_hash = b.key_hash
{% endmacro %}


{% macro sampled_values_sql(plan, compared, a, b, hashes) %}
    {{ ringfence.changed_sides_sql(plan, compared, a, b, hashes) }}

    select
        {{ ringfence.shown_sql('a.key_text') }} as key_text
        {% for column in compared %}
            , {{ ringfence.value_differs_sql(column, loop.index) }} as differs_{{ loop.index }}
            , {{ ringfence.shown_sql('a.value_' ~ loop.index) }} as a_{{ loop.index }}
            , {{ ringfence.shown_sql('b.value_' ~ loop.index) }} as b_{{ loop.index }}
        {% endfor %}
    from rows_of_a as a
    inner join rows_of_b as b
        on a.key_hash = b.key_hash
    order by a.key_text
{% endmacro %}


{% macro sampled_keys(plan, relation, name, hashes) %}
    {%- set found = [] -%}
    {%- for row in run_query(
        'select ' ~ ringfence.shown_sql(ringfence.side_key_text(plan, name)) ~ ' as key_text from ' ~ relation ~ ' where '
        ~ ringfence.key_hash(plan, name) ~ ' in (' ~ ringfence.hash_literals(hashes) ~ ') order by 1'
    ) -%}
        {%- do found.append(ringfence.shown(row[0])) -%}
    {%- endfor -%}
    {{- return(found) -}}
{% endmacro %}
