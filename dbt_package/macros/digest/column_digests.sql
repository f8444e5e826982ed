{# SQL of one row a column: column_name, row_count, digest. With keys each value is hashed together with its key, so that
   the columns whose digests differ between two relations are those that changed, without a join. Without keys values
   that were swapped between rows go unseen. One scan. #}
{% macro column_digests(relation, keys=none, columns=none, exclude=none, portable=false) %}
    {{- return(adapter.dispatch('column_digests', 'ringfence')(relation, keys, columns, exclude, portable)) -}}
{% endmacro %}


{% macro default__column_digests(relation, keys, columns, exclude, portable) %}
    {%- do return('select 1 as known_when_dbt_runs from ' ~ relation) if not execute -%}
    {%- set every = ringfence.columns_of(relation) -%}
    {%- set chosen = ringfence.chosen_columns('column_digests', every, columns, exclude) -%}
    {%- set key_columns = ringfence.chosen_columns('column_digests', every, keys, none) if keys else [] -%}
    {%- set hash_of_key = [{'expression': 'key_hash', 'type': 'varchar' if portable else 'BIGINT'}] if keys else [] -%}
    with keyed as (
        {# Columns go by position, so that no name of theirs can meet one of ours. #}
        select
            {% if keys %}{{ ringfence.row_hash(key_columns, portable) }} as key_hash,{% endif %}
            {% for column in chosen %}
                {{ ringfence.quoted(column.name) }} as value_{{ loop.index }}{{ ',' if not loop.last }}
            {% endfor %}
        from {{ relation }}
    ),

    hashed as (
        select
            {% for column in chosen %}
                {% set value = {'name': column.name, 'expression': 'value_' ~ loop.index, 'type': column.type} %}
                {{ ringfence.row_hash(hash_of_key + [value], portable) }} as hash_{{ loop.index }}
                {{- ',' if not loop.last }}
            {% endfor %}
        from keyed
    ),

    summed as (
        select
            {% for column in chosen %}
                {{ ringfence.hash_sum('hash_' ~ loop.index, portable) }} as sum_{{ loop.index }},
            {% endfor %}
            count(*) as row_count
        from hashed
    ),

    numbers as (
        {{ ringfence.numbers_up_to(chosen | length) }}
    )

    select
        {{ ringfence.picked_text(chosen, 'name') }} as column_name,
        summed.row_count,
        {{ ringfence.picked_number('sum', chosen) }} as digest
    from summed
    cross join numbers
{% endmacro %}
