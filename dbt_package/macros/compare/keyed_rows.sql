{# With keys: which rows were added, removed and changed, then which columns of the changed ones. #}
{% macro compare_keyed_rows(found, a, b, samples) %}
    {%- if not ringfence.keys_are_unique(found, a, b) -%}
        {{- return(none) -}}
    {%- endif -%}
    {%- set counts = {'added': 0, 'removed': 0, 'changed': 0, 'tolerated': 0, 'same': 0} -%}
    {%- set hashes = {'added': [], 'removed': [], 'changed': [], 'tolerated': [], 'same': []} -%}
    {%- for row in run_query(ringfence.paired_rows_sql(found.plan, a, b)) -%}
        {%- do counts.update({row[0]: counts[row[0]] + row[2] | int}) -%}
        {%- do hashes[row[0]].extend([row[3] | string, row[4] | string] if row[3] != row[4] else [row[3] | string]) -%}
    {%- endfor -%}
    {%- do found['rows'].update({
        'added': counts.added, 'removed': counts.removed, 'changed': counts.changed, 'tolerated': counts.tolerated
    }) -%}
    {%- if counts.added + counts.removed + counts.changed == 0 -%}
        {%- do ringfence.decide(
            found, 'identical', 'rows', 'the rows that changed are within the tolerance: ' ~ counts.tolerated
        ) -%}
        {{- return(none) -}}
    {%- endif -%}
    {%- do ringfence.decide(
        found, 'different', 'rows',
        'rows added: ' ~ counts.added ~ ', removed: ' ~ counts.removed ~ ', changed: ' ~ counts.changed
    ) -%}
    {%- do found.update({'samples': {}}) -%}
    {%- if counts.changed -%}
        {%- do ringfence.compare_values(found, a, b, hashes.changed, counts.changed, samples) -%}
    {%- endif -%}
    {%- if samples -%}
        {%- for side in [['added', b, 'in_b'], ['removed', a, 'name']] if hashes[side[0]] -%}
            {%- do found.samples.update({
                side[0]: ringfence.sampled_keys(found.plan, side[1], side[2], hashes[side[0]][:samples])
            }) -%}
        {%- endfor -%}
    {%- endif -%}
{% endmacro %}


{# Of one side: [{name, type}] of the keys, or of all columns. #}
{% macro side_columns(plan, name, only_keys=false, only_strict=false) %}
    {%- set columns = [] -%}
    {%- for column in plan -%}
        {%- if not (only_keys and not column.is_key) and not (only_strict and column.tolerance is not none) -%}
            {%- do columns.append({'name': column[name], 'type': column.type, 'key': ringfence.name_key(column.name)}) -%}
        {%- endif -%}
    {%- endfor -%}
    {{- return(columns | sort(attribute='key', case_sensitive=true)) -}}
{% endmacro %}


{% macro key_hash(plan, name) %}
    {{- return(ringfence.row_hash(ringfence.side_columns(plan, name, only_keys=true))) -}}
{% endmacro %}


{# A join over keys that stand twice would pair every copy with every other. NULL is a key like any other. #}
{% macro keys_are_unique(found, a, b) %}
    {%- set counted = run_query(
        'select ' ~ ringfence.distinct_keys_sql(found.plan, a, 'name') ~ ', '
        ~ ringfence.distinct_keys_sql(found.plan, b, 'in_b')
    )[0] -%}
    {%- do found.update({'distinct_keys': {'a': counted[0] | int, 'b': counted[1] | int}}) -%}
    {%- if found.distinct_keys.a == found['rows'].a and found.distinct_keys.b == found['rows'].b -%}
        {{- return(true) -}}
    {%- endif -%}
    {%- set reason = 'the keys are not unique: ' ~ found.distinct_keys.a ~ ' keys in ' ~ found['rows'].a ~ ' rows of a, '
        ~ found.distinct_keys.b ~ ' in ' ~ found['rows'].b ~ ' of b' -%}
    {%- if found.plan | rejectattr('tolerance', 'none') | list -%}
        {%- do ringfence.decide(found, 'not comparable', 'rows', reason ~ ', so a tolerance cannot be applied') -%}
    {%- else -%}
        {%- do ringfence.compare_multisets(found, a, b, 0) -%}
        {%- do found.update({'reason': found.reason ~ '; ' ~ reason}) -%}
    {%- endif -%}
    {{- return(false) -}}
{% endmacro %}


{% macro distinct_keys_sql(plan, relation, name) %}
    {{- return(
        '(select count(distinct key_hash) from (select ' ~ ringfence.key_hash(plan, name) ~ ' as key_hash from '
        ~ relation ~ ') as keyed)'
    ) -}}
{% endmacro %}


{# Rows by status and by bucket of their key's hash: how many, and two of them, so that a few thousand rows of the answer
   hold every key where few rows differ, and a spread sample where many do. #}
{% macro paired_rows_sql(plan, a, b) %}
    with {{ ringfence.hashed_side_sql('rows_of_a', plan, a, 'name') }},

    {{ ringfence.hashed_side_sql('rows_of_b', plan, b, 'in_b') }},

    paired as (
        select
            case
                when a.key_hash is null then 'added'
                when b.key_hash is null then 'removed'
                when a.row_hash <> b.row_hash then 'changed'
                {% for column in plan if column.tolerance is not none %}
                    when {{ ringfence.beyond_tolerance_sql(
                        'a.tolerant_' ~ loop.index, 'b.tolerant_' ~ loop.index, column.tolerance
                    ) }} then 'changed'
                {% endfor %}
                {% for column in plan if column.tolerance is not none %}
                    when {{ ringfence.beyond_tolerance_sql(
                        'a.tolerant_' ~ loop.index, 'b.tolerant_' ~ loop.index, 0
                    ) }} then 'tolerated'
                {% endfor %}
                else 'same'
            end as status,
            coalesce(a.key_hash, b.key_hash) as key_hash
        from rows_of_a as a
        full outer join rows_of_b as b
            on a.key_hash = b.key_hash
    )

    select
        status,
        case when status = 'same' then 0 else {{ ringfence.hash_bucket('key_hash') }} end as bucket,
        count(*) as row_count,
        {{ ringfence.as_text('min(key_hash)') }} as first_key_hash,
        {{ ringfence.as_text('max(key_hash)') }} as last_key_hash
    from paired
    group by 1, 2
{% endmacro %}


{% macro hashed_side_sql(alias, plan, relation, name) %}
    {%- set strict = ringfence.side_columns(plan, name, only_strict=true) -%}
    {{ alias }} as (
        select
            {{ ringfence.key_hash(plan, name) }} as key_hash,
            {% for column in plan if column.tolerance is not none %}
                {{ ringfence.quoted(column[name]) }} as tolerant_{{ loop.index }},
            {% endfor %}
            {{ ringfence.row_hash(strict) }} as row_hash
        from {{ relation }}
    )
{%- endmacro %}


{# Equal values first: NaN is equal to NaN on most engines, and infinity less infinity is not 0. #}
{% macro beyond_tolerance_sql(left, right, most) %}
    {{- return(
        'case when ' ~ left ~ ' = ' ~ right ~ ' or (' ~ left ~ ' is null and ' ~ right ~ ' is null) then 0'
        ~ ' when ' ~ left ~ ' is null or ' ~ right ~ ' is null then 1'
        ~ ' when abs(' ~ left ~ ' - ' ~ right ~ ') <= ' ~ most ~ ' then 0 else 1 end = 1'
    ) -}}
{% endmacro %}


{# 512 groups of hashes. #}
{% macro hash_bucket(expression) %}
    {%- if ringfence.hash_is_text() -%}
        {{- return(ringfence.hexadecimal_number('substr(' ~ expression ~ ', 1, 2)')) -}}
    {%- endif -%}
    {{- return('mod(' ~ expression ~ ', 512)') -}}
{% endmacro %}


{% macro hash_literals(hashes) %}
    {%- if ringfence.hash_is_text() -%}
        {{- return("'" ~ hashes | join("', '") ~ "'") -}}
    {%- endif -%}
    {{- return(hashes | join(', ')) -}}
{% endmacro %}
