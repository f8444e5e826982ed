{# Which columns differ in the changed rows: counts a column, and samples with both values. Looked at are the keys that
   paired_rows_sql() has brought, all of them where few rows changed. #}
{% macro compare_values(found, a, b, hashes, changed, samples) %}
    {%- set compared = found.plan | rejectattr('is_key') | list -%}
    {%- set counts, shown, columns = {}, [], [] -%}
    {%- set looked_at = run_query(ringfence.changed_values_sql(found.plan, compared, a, b, hashes, hashes[:samples])) -%}
    {%- for row in looked_at -%}
        {%- set values = {} -%}
        {%- for column in compared -%}
            {%- set place, is_changed = 2 * loop.index, row[0][loop.index] == '1' -%}
            {%- do counts.update({column.name: counts.get(column.name, 0) + 1}) if is_changed -%}
            {%- do values.update({
                column.name: {'a': ringfence.shown(row[place]), 'b': ringfence.shown(row[place + 1])}
            }) if is_changed and row[1] is not none -%}
        {%- endfor -%}
        {%- do shown.append({'key': ringfence.shown(row[1]), 'values': values}) if row[1] is not none -%}
    {%- endfor -%}
    {%- for column in compared if column.name in counts -%}
        {%- do columns.append({'column': column.name, 'rows': counts[column.name]}) -%}
    {%- endfor -%}
    {%- do found.update({
        'changed_columns': columns, 'looked_at': {'rows': looked_at | length, 'of': changed}
    }) -%}
    {%- do found.samples.update({'changed': shown}) if shown -%}
{% endmacro %}


{# dbt reads an empty text, and the word null, as NULL: what is shown is sent behind a sign that shown() takes away. #}
{% macro shown_sql(expression) %}
    {{- return(dbt.concat(["'='", ringfence.as_text(expression)])) -}}
{% endmacro %}


{% macro shown(text) %}
    {{- return(none if text is none else text[1:]) -}}
{% endmacro %}


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
    {%- for column in plan | selectattr('is_key') -%}
        {%- set quoted = ringfence.quoted(column[name]) -%}
        {%- set label = ('' if loop.first else ', ') ~ column.name -%}
        {%- do parts.append(
            'case when ' ~ quoted ~ ' is null then ' ~ ringfence.text_literal(label ~ ' is null') ~ ' else '
            ~ dbt.concat([ringfence.text_literal(label ~ ' = '), ringfence.as_text(quoted)]) ~ ' end'
        ) -%}
    {%- endfor -%}
    {{- return(ringfence.joined(parts)) -}}
{% endmacro %}


{# 1 where the values of a column differ beyond its tolerance. #}
{% macro value_differs_sql(column, place) -%}
    {%- set left, right = 'a.value_' ~ place, 'b.value_' ~ place -%}
    case
        when
            {% if column.tolerance is not none %}
                {{ ringfence.beyond_tolerance_sql(left, right, column.tolerance) }}
            {% else %}
                {#- By hash, so that it means the same as in the digest, and types without equality have one. -#}
                {{ ringfence.row_hash([{'expression': left, 'type': column.type}]) }}
                <> {{ ringfence.row_hash([{'expression': right, 'type': column.type}]) }}
            {% endif %}
            then 1
        else 0
    end
{%- endmacro %}


{# Of each row a sign a column, 1 where it differs, behind a first sign that keeps it a text; of sampled rows the key and
   both values of each column. One query: reading all columns is what costs. #}
{% macro changed_values_sql(plan, compared, a, b, hashes, sampled) %}
    {%- set signs = ["'='"] -%}
    {%- for column in compared -%}
        {%- do signs.append(ringfence.as_text(ringfence.value_differs_sql(column, loop.index))) -%}
    {%- endfor -%}
    {%- set is_sampled = 'a.key_hash in (' ~ ringfence.hash_literals(sampled) ~ ')' if sampled else '1 = 0' -%}
    with {{ ringfence.chosen_rows_sql('rows_of_a', plan, compared, a, 'name', hashes) }},

    {{ ringfence.chosen_rows_sql('rows_of_b', plan, compared, b, 'in_b', hashes) }},

    compared as (
        select
            {{ ringfence.joined(signs) }} as signs,
            case when {{ is_sampled }} then 1 else 0 end as is_sampled,
            {{ ringfence.shown_sql('a.key_text') }} as key_text
            {% for column in compared %}
                , a.value_{{ loop.index }} as a_{{ loop.index }}
                , b.value_{{ loop.index }} as b_{{ loop.index }}
            {% endfor %}
        from rows_of_a as a
        inner join rows_of_b as b
            on a.key_hash = b.key_hash
    )

    select
        signs,
        case when is_sampled = 1 then key_text end as key_text
        {% for column in compared %}
            , case when is_sampled = 1 then {{ ringfence.shown_sql('a_' ~ loop.index) }} end as a_{{ loop.index }}
            , case when is_sampled = 1 then {{ ringfence.shown_sql('b_' ~ loop.index) }} end as b_{{ loop.index }}
        {% endfor %}
    from compared
    order by 2
{% endmacro %}


{% macro sampled_keys(plan, relation, name, hashes) %}
    {%- set sql -%}
        select {{ ringfence.shown_sql(ringfence.side_key_text(plan, name)) }} as key_text
        from {{ relation }}
        where {{ ringfence.key_hash(plan, name) }} in ({{ ringfence.hash_literals(hashes) }})
        order by 1
    {%- endset -%}
    {%- set found = [] -%}
    {%- for row in run_query(sql) -%}
        {%- do found.append(ringfence.shown(row[0])) -%}
    {%- endfor -%}
    {{- return(found) -}}
{% endmacro %}
