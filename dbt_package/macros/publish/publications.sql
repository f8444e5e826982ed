{# The table `ringfence_publications`: one row for each view that a publication or a rollback pointed anew. #}
{% macro publication_columns() %}
    {%- set columns = [] -%}
    {%- set names = 'publication_id kind undoes branch state published_at database_name schema_name view_name'
        ~ ' branch_schema' -%}
    {%- for name in names.split() -%}
        {%- do columns.append((name, dbt.type_timestamp() if name == 'published_at' else dbt.type_string())) -%}
    {%- endfor -%}
    {{- return(columns) -}}
{% endmacro %}


{# Rows of the table, oldest first, as mappings; kinds are publish and rollback, states planned and done. #}
{% macro publications() %}
    {%- set table = ringfence.stored_table('publications', ringfence.publication_columns()) -%}
    {%- set names = ringfence.publication_columns() | map('first') | list -%}
    {%- set found = run_query(
        'select ' ~ names | join(', ') ~ ' from ' ~ table ~ ' order by published_at, publication_id, view_name'
    ) -%}
    {%- set rows = [] -%}
    {%- for row in found.rows -%}
        {%- do rows.append(dict(zip(names, row.values()))) -%}
    {%- endfor -%}
    {{- return(rows) -}}
{% endmacro %}


{# What stands now, by view: rows of publications that ended and were not undone, the latest of each view. `without`
   leaves one publication out. #}
{% macro published_views(rows, without=none) %}
    {%- set done = rows | selectattr('state', 'equalto', 'done') | list -%}
    {%- set undone = done | selectattr('kind', 'equalto', 'rollback') | map(attribute='undoes') | list + [without] -%}
    {%- set views = {} -%}
    {%- for row in done if row.kind == 'publish' and row.publication_id not in undone -%}
        {%- do views.update({ringfence.view_key(row): row}) -%}
    {%- endfor -%}
    {{- return(views) -}}
{% endmacro %}


{% macro view_key(row) %}
    {{- return(tojson([row.database_name, row.schema_name, row.view_name])) -}}
{% endmacro %}


{# Publications that were begun and did not end, as lists of their rows; one that was begun anew counts once. #}
{% macro unfinished_publications(rows) %}
    {%- set ended = rows | selectattr('state', 'equalto', 'done') | map(attribute='publication_id') | list -%}
    {%- set open = {} -%}
    {%- for row in rows if row.state == 'planned' and row.publication_id not in ended -%}
        {%- do open.setdefault(row.publication_id, []).append(row) -%}
    {%- endfor -%}
    {{- return(open.values() | list) -}}
{% endmacro %}


{% macro insert_publications(rows, state) -%}
    {%- set columns = ringfence.publication_columns() -%}
    insert into {{ ringfence.stored_table('publications', columns) }} ({{ columns | map('first') | join(', ') }})
    {%- for row in rows %}
        {{ 'union all ' if not loop.first }}select
        {%- for name, type in columns %}
            {%- set value = state if name == 'state' else row.get(name) %}
            cast({{ ringfence.timestamp_literal(value) if name == 'published_at' else ringfence.text_literal(value) }}
            as {{ type }}){{ ',' if not loop.last }}
        {%- endfor %}
    {%- endfor %}
{%- endmacro %}
