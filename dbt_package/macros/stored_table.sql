{# A table that ringfence keeps in the warehouse, as a relation: `ringfence_` and its name, in the schema that the var
   `ringfence_schema` names, else in the schema of the target. It is looked for before anything is written, with its
   columns: `columns` are (name, type, ...). What is missing is made, unless the var `ringfence_create_tables` is
   false: then the run stops and says what to type. #}
{% macro stored_table(name, columns) %}
    {%- set relation = ringfence.store_relation('ringfence_' ~ name) -%}
    {%- set missing = ringfence.missing_parts(relation, columns) -%}
    {%- if missing and var('ringfence_create_tables', true) is sameas false -%}
        {%- do exceptions.raise_compiler_error(
            'ringfence: %s lacks what this version writes, and ringfence_create_tables is false. Type:\n%s;'
            | format(relation, missing | join(';\n'))
        ) -%}
    {%- endif -%}
    {%- for statement in missing -%}
        {%- do log('ringfence: ' ~ statement, info=true) -%}
        {%- if statement.startswith('create schema') -%}
            {%- do adapter.create_schema(relation) -%}
        {%- else -%}
            {%- do ringfence.run_at_once(statement) -%}
        {%- endif -%}
    {%- endfor -%}
    {# dbt looks relations up in its cache, which does not see what a statement makes. #}
    {%- if missing and load_relation(relation) is none -%}
        {%- do adapter.cache_added(relation) -%}
    {%- endif -%}
    {# Looking at columns opens a transaction on some adapters; what a hook writes into it would be rolled back. #}
    {%- do ringfence.run_at_once('select 1') -%}
    {{- return(relation) -}}
{% endmacro %}


{# The statements that make a table what it has to be; none where it is. #}
{% macro missing_parts(relation, columns) %}
    {%- set statements = [] -%}
    {%- set has_schema = adapter.check_schema_exists(relation.database, relation.schema) -%}
    {%- if not has_schema -%}
        {%- do statements.append('create schema if not exists ' ~ relation.without_identifier().include(database=false)) -%}
    {%- endif -%}
    {%- if not has_schema or not ringfence.is_there(relation) -%}
        {{- return(statements + [ringfence.create_table(relation, columns)]) -}}
    {%- endif -%}
    {%- set present = adapter.get_columns_in_relation(relation) | map(attribute='name') | map('lower') | list -%}
    {%- for column in columns if column[0] not in present -%}
        {%- do statements.append('alter table %s add column %s %s' | format(relation, column[0], column[1])) -%}
    {%- endfor -%}
    {{- return(statements) -}}
{% endmacro %}


{% macro create_table(relation, columns) -%}
    create table if not exists {{ relation }} (
    {%- for column in columns %}{{ column[:2] | join(' ') }}{{ ', ' if not loop.last }}{% endfor -%}
    )
{%- endmacro %}


{# Run and committed, whatever follows. #}
{% macro run_at_once(sql) %}
    {%- call statement('ringfence_at_once', auto_begin=true) -%}
        {{ sql }}
    {%- endcall -%}
    {%- do adapter.commit() -%}
{% endmacro %}
