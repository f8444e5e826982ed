{# A table that ringfence keeps in the warehouse, as a relation: `ringfence_` and its name, in the schema that the var
   `ringfence_schema` names, else in the schema of the target. It is looked for before anything is written, with its
   columns: `columns` are (name, type, ...). What is missing is made, unless the var `ringfence_create_tables` is
   false: then the run stops and says what to type. #}
{% macro stored_table(name, columns) %}
    {%- set relation = ringfence.store_relation('ringfence_' ~ name) -%}
    {%- set missing = ringfence.missing_parts(relation, columns) -%}
    {%- if missing and var('ringfence_create_tables', true) is sameas false -%}
        {%- do exceptions.raise_compiler_error(
            'ringfence: ' ~ relation ~ ' lacks what this version writes, and ringfence_create_tables is false. Type:\n'
            ~ missing | join(';\n') ~ ';'
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
    {%- if not adapter.check_schema_exists(relation.database, relation.schema) -%}
        {{- return([
            'create schema ' ~ relation.without_identifier().include(database=false),
            ringfence.create_table(relation, columns)
        ]) -}}
    {%- endif -%}
    {%- if not ringfence.is_there(relation) -%}
        {{- return([ringfence.create_table(relation, columns)]) -}}
    {%- endif -%}
    {%- set present = adapter.get_columns_in_relation(relation) | map(attribute='name') | map('lower') | list -%}
    {%- set statements = [] -%}
    {%- for column in columns if column[0] not in present -%}
        {%- do statements.append('alter table ' ~ relation ~ ' add column ' ~ column[0] ~ ' ' ~ column[1]) -%}
    {%- endfor -%}
    {{- return(statements) -}}
{% endmacro %}


{% macro create_table(relation, columns) %}
    {%- set definitions = [] -%}
    {%- for column in columns -%}
        {%- do definitions.append(column[0] ~ ' ' ~ column[1]) -%}
    {%- endfor -%}
    {{- return('create table if not exists ' ~ relation ~ ' (' ~ definitions | join(', ') ~ ')') -}}
{% endmacro %}


{# Run and committed, whatever follows. #}
{% macro run_at_once(sql) %}
    {%- call statement('ringfence_at_once', auto_begin=true) -%}
        {{ sql }}
    {%- endcall -%}
    {%- do adapter.commit() -%}
{% endmacro %}
