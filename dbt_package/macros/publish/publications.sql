{# The table `ringfence_publications`: one row for each view that a publication or a rollback pointed anew. #}
{% macro publication_columns() %}
    {%- set text = dbt.type_string() -%}
    {{- return([
        ('publication_id', text),
        ('kind', text),
        ('undoes', text),
        ('branch', text),
        ('state', text),
        ('published_at', dbt.type_timestamp()),
        ('database_name', text),
        ('schema_name', text),
        ('view_name', text),
        ('branch_schema', text),
    ]) -}}
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
    {%- set undone = rows | selectattr('kind', 'equalto', 'rollback') | selectattr('state', 'equalto', 'done')
        | map(attribute='undoes') | list -%}
    {%- set views = {} -%}
    {%- for row in rows if row.kind == 'publish' and row.state == 'done' -%}
        {%- if row.publication_id not in undone and row.publication_id != without -%}
            {%- do views.update({ringfence.view_key(row): row}) -%}
        {%- endif -%}
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


{% macro insert_publications(rows, state) %}
    {%- set table = ringfence.stored_table('publications', ringfence.publication_columns()) -%}
    {%- set names = ringfence.publication_columns() | map('first') | list -%}
    {%- set tuples = [] -%}
    {%- for row in rows -%}
        {%- set values = [] -%}
        {%- for name, type in ringfence.publication_columns() -%}
            {%- set value = state if name == 'state' else row[name] -%}
            {%- do values.append(
                'cast(' ~ (ringfence.timestamp_literal(value) if name == 'published_at'
                else ringfence.text_literal(value)) ~ ' as ' ~ type ~ ')'
            ) -%}
        {%- endfor -%}
        {%- do tuples.append('select ' ~ values | join(', ')) -%}
    {%- endfor -%}
    {{- return(
        'insert into ' ~ table ~ ' (' ~ names | join(', ') ~ ')\n' ~ tuples | join('\nunion all ')
    ) -}}
{% endmacro %}
