{# Without keys: how many rows only one side has, counted as often as they stand there. #}
{% macro compare_multisets(found, a, b, samples) %}
    {%- set counts = {'a': 0, 'b': 0} -%}
    {%- set hashes, wholes = {'a': [], 'b': []}, [] -%}
    {%- set rows = run_query(ringfence.unmatched_rows_sql(found.plan, a, b)) -%}
    {%- for row in rows if row[0] == 'whole' -%}
        {%- do wholes.append(row[1] ~ ' ' ~ row[2]) -%}
    {%- endfor -%}
    {%- set is_all = wholes | unique | list | length == 1 -%}
    {%- set rows = rows if is_all else run_query(ringfence.multisets_sql(found.plan, a, b)) -%}
    {%- for row in rows if row[0] != 'whole' -%}
        {%- do counts.update({row[0]: counts[row[0]] + row[1] | int}) -%}
        {%- do hashes[row[0]].append(row[2] | string) -%}
    {%- endfor -%}
    {%- do found.rows.update({'only_in_a': counts.a, 'only_in_b': counts.b}) -%}
    {%- do ringfence.decide(
        found, 'different', 'rows', 'rows only in a: ' ~ counts.a ~ ', only in b: ' ~ counts.b
    ) -%}
    {%- if samples -%}
        {%- do found.update({'samples': {
            'only_in_a': ringfence.sampled_rows(found.plan, a, 'name', hashes.a, samples),
            'only_in_b': ringfence.sampled_rows(found.plan, b, 'in_b', hashes.b, samples)
        }}) -%}
    {%- endif -%}
{% endmacro %}


{# Rows that stand on one side only, by buckets of their hashes: joins that only ask whether there is a match cost half of
   grouping every row. These are all that differ exactly if each side, with what only the other one has, is the same
   whole; else a row stands on both sides, and more often on one. #}
{% macro unmatched_rows_sql(plan, a, b) %}
    with rows_of_a as (
        select {{ ringfence.side_hash(plan, 'name') }} as row_hash from {{ a }}
    ),

    rows_of_b as (
        select {{ ringfence.side_hash(plan, 'in_b') }} as row_hash from {{ b }}
    )

    {% for side, other in [['a', 'b'], ['b', 'a']] %}
        , only_in_{{ side }} as (
            select here.row_hash
            from rows_of_{{ side }} as here
            where not exists (select 1 from rows_of_{{ other }} as there where there.row_hash = here.row_hash)
        )
    {% endfor %}

    {% for side, other in [['a', 'b'], ['b', 'a']] %}
        select
            '{{ side }}' as side,
            count(*) as row_count,
            {{ ringfence.as_text('min(row_hash)') }} as first_row_hash
        from only_in_{{ side }}
        group by {{ ringfence.hash_bucket('row_hash') }}
        union all
        select 'whole' as side, count(*) as row_count, {{ ringfence.hash_sum('row_hash') }} as first_row_hash
        from (
            select row_hash from rows_of_{{ side }}
            union all
            select row_hash from only_in_{{ other }}
        ) as whole
        {{ 'union all' if not loop.last }}
    {% endfor %}
{% endmacro %}


{# Only buckets of hashes whose counts or sums differ are grouped row by row. #}
{% macro multisets_sql(plan, a, b) %}
    with both_sides as (
        select {{ ringfence.side_hash(plan, 'name') }} as row_hash, 1 as side
        from {{ a }}
        union all
        select {{ ringfence.side_hash(plan, 'in_b') }} as row_hash, -1 as side
        from {{ b }}
    ),

    bucketed as (
        select
            {{ ringfence.fine_bucket('row_hash') }} as bucket,
            row_hash,
            side
        from both_sides
    ),

    buckets_of_sides as (
        select bucket, side, count(*) as row_count, {{ ringfence.hash_sum('row_hash') }} as row_sum
        from bucketed
        group by bucket, side
    ),

    unequal as (
        select bucket
        from buckets_of_sides
        group by bucket
        having
            sum(side) <> 0
            or min(row_count) <> max(row_count)
            or min(row_sum) <> max(row_sum)
    ),

    balances as (
        select bucketed.row_hash, sum(bucketed.side) as balance
        from bucketed
        inner join unequal
            on bucketed.bucket = unequal.bucket
        group by bucketed.row_hash
        having sum(bucketed.side) <> 0
    )

    select
        case when balance > 0 then 'a' else 'b' end as side,
        sum(abs(balance)) as row_count,
        {{ ringfence.as_text('min(row_hash)') }} as first_row_hash
    from balances
    group by case when balance > 0 then 'a' else 'b' end, {{ ringfence.hash_bucket('row_hash') }}
{% endmacro %}


{# Rows as mappings of column and value in text. #}
{% macro sampled_rows(plan, relation, name, hashes, samples) %}
    {%- set found = [] -%}
    {%- for row in (run_query(ringfence.sampled_rows_sql(plan, relation, name, hashes, samples)) if hashes else []) -%}
        {%- set shown = {} -%}
        {%- for column in plan -%}
            {%- do shown.update({column.name: ringfence.shown(row[loop.index0])}) -%}
        {%- endfor -%}
        {%- do found.append(shown) -%}
    {%- endfor -%}
    {{- return(found) -}}
{% endmacro %}


{# Of many rows the first ones that are found: the engine can stop there. #}
{% macro sampled_rows_sql(plan, relation, name, hashes, samples) %}
    with sampled as (
        select
            {% for column in plan %}
                {{ ',' if not loop.first }}
                {{ ringfence.shown_sql(ringfence.quoted(column[name])) }} as value_{{ loop.index }}
            {% endfor %}
        from {{ relation }}
        where {{ ringfence.side_hash(plan, name) }} in ({{ ringfence.hash_literals(hashes) }})
        {{ 'limit ' ~ samples if hashes | length > samples }}
    )

    select distinct *
    from sampled
{% endmacro %}
