{# The columns of a relation as the database has them: a list of {name, type}; empty while dbt parses. #}
{% macro columns_of(relation) %}
    {{- return(adapter.dispatch('columns_of', 'ringfence')(relation) if execute else []) -}}
{% endmacro %}


{% macro default__columns_of(relation) %}
    {%- set found = [] -%}
    {%- for column in adapter.get_columns_in_relation(relation) -%}
        {%- do found.append({'name': column.name, 'type': column.data_type}) -%}
    {%- endfor -%}
    {{- return(found) -}}
{% endmacro %}


{# dbt's own query would drop the fields of nested types, and puts names into texts unescaped. #}
{% macro duckdb__columns_of(relation) %}
    {{- return(ringfence.queried_columns(
        'select column_name, column_type from (describe select * from ' ~ relation ~ ')'
    )) -}}
{% endmacro %}


{# information_schema knows arrays only as ARRAY. #}
{% macro postgres__columns_of(relation) %}
    {{- return(ringfence.queried_columns(
        'select attname, format_type(atttypid, atttypmod) from pg_catalog.pg_attribute'
        ~ ' where attrelid = to_regclass(' ~ ringfence.text_literal(relation.render())
        ~ ') and attnum > 0 and not attisdropped order by attnum'
    )) -}}
{% endmacro %}


{% macro redshift__columns_of(relation) %}
    {{- return(ringfence.default__columns_of(relation)) -}}
{% endmacro %}


{% macro spark__columns_of(relation) %}
    {{- return(ringfence.queried_columns('describe query select * from ' ~ relation)) -}}
{% endmacro %}


{% macro queried_columns(query) %}
    {%- set found = [] -%}
    {%- for row in run_query(query) -%}
        {%- do found.append({'name': row[0], 'type': row[1]}) -%}
    {%- endfor -%}
    {{- return(found) -}}
{% endmacro %}


{# What two names of one column have in common: where the engine ignores capitals, so do we. #}
{% macro name_key(name) %}
    {{- return(name | lower if ringfence.engine() in 'bigquery duckdb redshift spark trino'.split() else name) -}}
{% endmacro %}


{# The column of this name, or none. #}
{% macro column_named(columns, name) %}
    {%- for column in columns if ringfence.name_key(column.name) == ringfence.name_key(name) -%}
        {{- return(column) -}}
    {%- endfor -%}
    {{- return(none) -}}
{% endmacro %}


{# The columns asked for, in the order of their names, so that their order in the relation does not count. #}
{% macro chosen_columns(macro_name, columns, wanted, exclude) %}
    {%- do ringfence.require_names(macro_name, 'columns', wanted) -%}
    {%- do ringfence.require_names(macro_name, 'exclude', exclude) -%}
    {%- do ringfence.wrong_use(
        macro_name, 'the relation does not exist or has no columns', 'Build it first'
    ) if not columns -%}
    {%- for name in (wanted or []) + (exclude or []) if ringfence.column_named(columns, name) is none -%}
        {%- do ringfence.wrong_use(
            macro_name, "there is no column '" ~ name ~ "'", 'It has ' ~ columns | map(attribute='name') | join(', ')
        ) -%}
    {%- endfor -%}
    {%- set kept = [] -%}
    {%- for column in columns if not ringfence.name_among(column.name, exclude or []) -%}
        {%- do kept.append({'name': column.name, 'type': column.type, 'key': ringfence.name_key(column.name)})
            if wanted is none or ringfence.name_among(column.name, wanted) -%}
    {%- endfor -%}
    {%- do ringfence.wrong_use(macro_name, 'no column is left', 'Exclude fewer columns') if not kept -%}
    {{- return(kept | sort(attribute='key', case_sensitive=true)) -}}
{% endmacro %}


{% macro name_among(name, names) %}
    {%- for other in names if ringfence.name_key(name) == ringfence.name_key(other) -%}
        {{- return(true) -}}
    {%- endfor -%}
    {{- return(false) -}}
{% endmacro %}
