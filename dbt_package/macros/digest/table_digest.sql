{# SQL of one row that stands for the whole content of a relation: algorithm, kind, engine, engine_version, columns_hash,
   row_count, row_sum, digest. Two digests are comparable when they begin alike up to the columns; equal texts are equal
   content, whatever the order of rows and columns. docs/compare.md says what equal means.

   columns, exclude: names; all columns without them. where: an SQL condition on the rows.
   portable: equal on DuckDB, PostgreSQL and Spark, at the price of canonical texts. #}
{% macro table_digest(relation, columns=none, exclude=none, where=none, portable=false) %}
    {{- return(adapter.dispatch('table_digest', 'ringfence')(relation, columns, exclude, where, portable)) -}}
{% endmacro %}


{% macro default__table_digest(relation, columns, exclude, where, portable) %}
    {%- do return('select 1 as known_when_dbt_runs from ' ~ relation) if not execute -%}
    {%- set chosen = ringfence.digested_columns('table_digest', relation, columns, exclude, portable) -%}
    {%- set text = dbt.type_string() -%}
    with hashed as (
        select {{ ringfence.row_hash(chosen, portable) }} as row_hash
        from {{ relation }}
        {% if where %}
            where (
                {{ where }}
            )
        {% endif %}
    ),

    summed as (
        select
            count(*) as row_count,
            {{ ringfence.hash_sum('row_hash', portable) }} as row_sum
        from hashed
    ),

    named as (
        select
            cast('rf1' as {{ text }}) as algorithm,
            cast('{{ 'portable' if portable else 'native' }}' as {{ text }}) as kind,
            cast({{ ringfence.text_literal(target.type) }} as {{ text }}) as engine,
            cast({{ ringfence.engine_version() }} as {{ text }}) as engine_version,
            cast('{{ ringfence.columns_hash(chosen, portable) }}' as {{ text }}) as columns_hash,
            row_count,
            row_sum
        from summed
    )

    select
        algorithm,
        kind,
        engine,
        engine_version,
        columns_hash,
        row_count,
        row_sum,
        {{ dbt.concat(
            "algorithm ':' kind ':'".split() + ([] if portable else ['engine', "' '", 'engine_version', "':'"])
            + ['columns_hash', "':'", ringfence.as_text('row_count'), "':'", 'row_sum']
        ) }} as digest
    from named
{% endmacro %}


{# The columns that a digest is made of, in the order of their names. In a portable one names differ by more than
   capitals, since not every engine keeps these apart. #}
{% macro digested_columns(macro_name, relation, columns, exclude, portable) %}
    {%- set chosen = ringfence.chosen_columns(macro_name, ringfence.columns_of(relation), columns, exclude) -%}
    {%- do return(chosen) if not portable -%}
    {%- set keys = [] -%}
    {%- for column in chosen -%}
        {%- do column.update({'key': column.name | lower}) -%}
        {%- do ringfence.wrong_use(
            macro_name, 'the names of two columns differ in capitals only: ' ~ column.name, 'Exclude one of them'
        ) if column.key in keys -%}
        {%- do keys.append(column.key) -%}
    {%- endfor -%}
    {{- return(chosen | sort(attribute='key', case_sensitive=true)) -}}
{% endmacro %}


{# Names and types, so that no rows under other columns are not equal. #}
{% macro columns_hash(chosen, portable) %}
    {%- set described = [] -%}
    {%- for column in chosen -%}
        {%- set tag = ringfence.canonical_tag(ringfence.column_family(column.type)) -%}
        {%- do described.append([column.key, tag if portable else column.type]) -%}
    {%- endfor -%}
    {{- return(local_md5(tojson(described))[:16]) -}}
{% endmacro %}
