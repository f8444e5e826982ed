{# Points views as rows say, and records it. Where DDL is transactional, views and rows change in one transaction.
   Elsewhere the plan is written first and its end last: what stops in between is carried on by the next operation,
   and every step can be repeated. #}
{% macro point_views(rows) %}
    {%- set schemas = [] -%}
    {%- for row in rows if [row.database_name, row.schema_name] not in schemas -%}
        {%- do schemas.append([row.database_name, row.schema_name]) -%}
        {%- do adapter.create_schema(ringfence.public_view(row).without_identifier())
            if not adapter.check_schema_exists(row.database_name, row.schema_name) -%}
    {%- endfor -%}
    {%- if ringfence.ddl_is_transactional() -%}
        {%- set statements = [] -%}
        {%- for row in rows -%}
            {%- do statements.extend(ringfence.point_view(row)) -%}
        {%- endfor -%}
        {%- do statements.append(ringfence.insert_publications(rows, 'done')) -%}
        {%- do ringfence.run_at_once(statements | join(';\n') ~ ';') -%}
    {%- else -%}
        {%- do ringfence.run_at_once(ringfence.insert_publications(rows, 'planned')) -%}
        {%- do ringfence.carry_out(rows) -%}
    {%- endif -%}
{% endmacro %}


{% macro carry_out(rows) %}
    {%- for row in rows -%}
        {%- for sql in ringfence.point_view(row) -%}
            {%- do ringfence.run_at_once(sql) -%}
        {%- endfor -%}
    {%- endfor -%}
    {%- do ringfence.run_at_once(ringfence.insert_publications(rows, 'done')) -%}
{% endmacro %}


{# Carries on what an operation before this one left in the middle. #}
{% macro finish_publications() %}
    {%- for rows in ringfence.unfinished_publications(ringfence.publications()) -%}
        {%- do log(
            'ringfence: publication ' ~ rows[0].publication_id ~ ' of branch ' ~ rows[0].branch
            ~ ' did not end; it is carried on', info=true
        ) -%}
        {%- do ringfence.require_publishable(rows) -%}
        {%- do ringfence.carry_out(rows) -%}
    {%- endfor -%}
{% endmacro %}


{# The statements that point one view; one without a branch is dropped. #}
{% macro point_view(row) %}
    {{- return(adapter.dispatch('point_view', 'ringfence')(row)) -}}
{% endmacro %}


{% macro default__point_view(row) %}
    {%- set view = ringfence.public_view(row) -%}
    {%- do return(['drop view if exists ' ~ view]) if row.branch_schema is none -%}
    {{- return(['create or replace view ' ~ view ~ ' as select * from ' ~ ringfence.branch_relation(row)]) -}}
{% endmacro %}


{# PostgreSQL replaces a view only where its columns stay as they are or grow at the end. #}
{% macro postgres__point_view(row) %}
    {%- set found = load_relation(ringfence.public_view(row)) -%}
    {%- set statements = ringfence.default__point_view(row) -%}
    {%- do return(statements) if row.branch_schema is none or found is none -%}
    {%- set before = ringfence.default__columns_of(found) -%}
    {%- set after = ringfence.default__columns_of(ringfence.branch_relation(row)) -%}
    {{- return(statements if before == after[:before | length] else ['drop view ' ~ found] + statements) -}}
{% endmacro %}
