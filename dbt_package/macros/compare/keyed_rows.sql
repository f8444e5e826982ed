{# With keys: which rows were added, removed and changed, then which columns of the changed ones. #}
{% macro compare_keyed_rows(found, a, b, samples) %}
    {%- set counts, hashes = [0, 0, 0, 0, 0], [[], [], [], [], []] -%}
    {%- set can_join = ringfence.keys_are_spread(found, a, b) or ringfence.keys_are_unique(found, a, b) -%}
    {%- for row in (run_query(ringfence.paired_rows_sql(found.plan, a, b)) if can_join else []) -%}
        {%- set status = row[0] | int // 512 -%}
        {%- do counts.insert(status, counts.pop(status) + row[1] | int) -%}
        {%- do hashes[status].extend([row[2], row[3]] | map('string') | unique) -%}
    {%- endfor -%}
    {%- set same, added, removed, changed, tolerated = counts -%}
    {%- set pairs = same + changed + tolerated -%}
    {%- do return(ringfence.keys_stand_twice(found, a, b))
        if not can_join or pairs + removed != found.rows.a or pairs + added != found.rows.b -%}
    {%- do found.rows.update({
        'added': added, 'removed': removed, 'changed': changed, 'tolerated': tolerated
    }) -%}
    {%- do return(ringfence.decide(
        found, 'identical', 'rows', 'the rows that changed are within the tolerance: ' ~ tolerated
    )) if added + removed + changed == 0 -%}
    {%- do ringfence.decide(
        found, 'different', 'rows', 'rows added: ' ~ added ~ ', removed: ' ~ removed ~ ', changed: ' ~ changed
    ) -%}
    {%- do found.update({'samples': {}}) -%}
    {%- do ringfence.compare_values(found, a, b, hashes[3], changed, samples) if changed -%}
    {%- for kind, relation, name, of in [['added', b, 'in_b', hashes[1]], ['removed', a, 'name', hashes[2]]] -%}
        {%- do found.samples.update({
            kind: ringfence.sampled_keys(found.plan, relation, name, of[:samples])
        }) if samples and of -%}
    {%- endfor -%}
{% endmacro %}


{# Of one side: the hash of columns of the plan, in the order of their names. #}
{% macro side_hash(columns, name) %}
    {%- set of_side = [] -%}
    {%- for column in columns -%}
        {%- do of_side.append({'name': column[name], 'type': column.type, 'key': ringfence.name_key(column.name)}) -%}
    {%- endfor -%}
    {{- return(ringfence.row_hash(of_side | sort(attribute='key', case_sensitive=true))) -}}
{% endmacro %}


{# NULL is a key like any other. #}
{% macro key_hash(plan, name) %}
    {{- return(ringfence.side_hash(plan | selectattr('is_key'), name)) -}}
{% endmacro %}


{# Whether a join of the keys stays near the size of the tables. A key that stands often overfills its bucket of hashes: the
   fullest of 4,096 bounds the copies of every key, at a fraction of what counting distinct keys costs. Unique keys stay
   within twelve standard deviations. Whether they are unique the join itself shows, by the number of its pairs. #}
{% macro keys_are_spread(found, a, b) %}
    {%- set fullest = run_query(
        'select ' ~ ringfence.fullest_bucket_sql(found.plan, a, 'name') ~ ', '
        ~ ringfence.fullest_bucket_sql(found.plan, b, 'in_b')
    )[0] -%}
    {%- set of_a, of_b = found.rows.a / 4096, found.rows.b / 4096 -%}
    {%- set most_of_a, most_of_b = 64 + of_a + 12 * of_a ** 0.5, 64 + of_b + 12 * of_b ** 0.5 -%}
    {{- return((fullest[0] or 0) <= most_of_a and (fullest[1] or 0) <= most_of_b) -}}
{% endmacro %}


{% macro fullest_bucket_sql(plan, relation, name) -%}
    (
        select max(key_count)
        from (
            select count(*) as key_count
            from (
                select {{ ringfence.fine_bucket(ringfence.key_hash(plan, name), 3) }} as bucket from {{ relation }}
            ) as keyed
            group by bucket
        ) as buckets
    )
{%- endmacro %}


{% macro keys_are_unique(found, a, b) %}
    {%- set counted = run_query(
        'select ' ~ ringfence.distinct_keys_sql(found.plan, a, 'name') ~ ', '
        ~ ringfence.distinct_keys_sql(found.plan, b, 'in_b')
    )[0] -%}
    {%- do found.update({'distinct_keys': {'a': counted[0] | int, 'b': counted[1] | int}}) -%}
    {{- return(found.distinct_keys.a == found.rows.a and found.distinct_keys.b == found.rows.b) -}}
{% endmacro %}


{# A join over keys that stand twice would pair every copy with every other: whole rows are counted instead. #}
{% macro keys_stand_twice(found, a, b) %}
    {%- do ringfence.keys_are_unique(found, a, b) if found.distinct_keys is not defined -%}
    {%- set reason = 'the keys are not unique: ' ~ found.distinct_keys.a ~ ' keys in ' ~ found.rows.a ~ ' rows of a, '
        ~ found.distinct_keys.b ~ ' in ' ~ found.rows.b ~ ' of b' -%}
    {%- do return(ringfence.decide(
        found, 'not comparable', 'rows', reason ~ ', so a tolerance cannot be applied'
    )) if found.plan | rejectattr('tolerance', 'none') | list -%}
    {%- do ringfence.compare_multisets(found, a, b, 0) -%}
    {%- do found.update({'reason': found.reason ~ '; ' ~ reason}) -%}
{% endmacro %}


{% macro distinct_keys_sql(plan, relation, name) -%}
    (
        select count(distinct key_hash)
        from (select {{ ringfence.key_hash(plan, name) }} as key_hash from {{ relation }}) as keyed
    )
{%- endmacro %}


{# Rows by status (0 same, 1 added, 2 removed, 3 changed, 4 changed within the tolerance) and by one of 512 buckets of
   their key's hash, both in one number: grouping by it is half the price of grouping by a text. Of each group the count
   and two keys, so that a few thousand rows hold every key where few rows differ, and a spread sample where many do. #}
{% macro paired_rows_sql(plan, a, b) %}
    {%- set bucket = ringfence.hash_bucket('coalesce(a.key_hash, b.key_hash)') -%}
    with {{ ringfence.hashed_side_sql('rows_of_a', plan, a, 'name') }},

    {{ ringfence.hashed_side_sql('rows_of_b', plan, b, 'in_b') }},

    paired as (
        select
            case
                when a.key_hash is null then 512 + {{ bucket }}
                when b.key_hash is null then 1024 + {{ bucket }}
                when a.row_hash <> b.row_hash then 1536 + {{ bucket }}
                {% for status in [1536, 2048] %}
                    {% for column in plan if column.tolerance is not none %}
                        when {{ ringfence.beyond_tolerance_sql(
                            'a.tolerant_' ~ loop.index, 'b.tolerant_' ~ loop.index,
                            column.tolerance if status == 1536 else 0
                        ) }} then {{ status }} + {{ bucket }}
                    {% endfor %}
                {% endfor %}
                else 0
            end as status_and_bucket,
            coalesce(a.key_hash, b.key_hash) as key_hash
        from rows_of_a as a
        full outer join rows_of_b as b
            on a.key_hash = b.key_hash
    )

    select
        status_and_bucket,
        count(*) as row_count,
        {{ ringfence.as_text('min(key_hash)') }} as first_key_hash,
        {{ ringfence.as_text('max(key_hash)') }} as last_key_hash
    from paired
    group by status_and_bucket
{% endmacro %}


{% macro hashed_side_sql(alias, plan, relation, name) %}
    {{ alias }} as (
        select
            {{ ringfence.key_hash(plan, name) }} as key_hash,
            {% for column in plan if column.tolerance is not none %}
                {{ ringfence.quoted(column[name]) }} as tolerant_{{ loop.index }},
            {% endfor %}
            {{ ringfence.side_hash(plan | selectattr('tolerance', 'none'), name) }} as row_hash
        from {{ relation }}
    )
{%- endmacro %}


{# Equal values first: NaN is equal to NaN on most engines, and infinity less infinity is not 0. #}
{% macro beyond_tolerance_sql(left, right, most) -%}
    case
        when {{ left }} = {{ right }} or ({{ left }} is null and {{ right }} is null) then 0
        when {{ left }} is null or {{ right }} is null then 1
        when abs({{ left }} - {{ right }}) <= {{ most }} then 0
        else 1
    end = 1
{%- endmacro %}


{# At most 512 groups of hashes, from 0. #}
{% macro hash_bucket(hash) -%}
    {%- if ringfence.hash_is_text() -%}
        {{ ringfence.hexadecimal_number('substr(' ~ hash ~ ', 1, 2)') }}
    {%- else -%}
        abs(mod({{ hash }}, 512))
    {%- endif -%}
{%- endmacro %}


{# Groups of hashes by hexadecimal digits: 65,536 by four of them. #}
{% macro fine_bucket(hash, digits=4) -%}
    {%- if ringfence.hash_is_text() -%} substr({{ hash }}, 1, {{ digits }})
    {%- else -%} mod({{ hash }}, {{ 16 ** digits }})
    {%- endif -%}
{%- endmacro %}


{% macro hash_literals(hashes) %}
    {{- return("'" ~ hashes | join("', '") ~ "'" if ringfence.hash_is_text() else hashes | join(', ')) -}}
{% endmacro %}
