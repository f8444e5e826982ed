{# Operation: points the public views at the branch that the var `ringfence_branch` names.
   `models`: names of models (default: every model of this project that is not ephemeral and whose
   meta.ringfence.publish is not false). `adopt`: replace a view that no publication made.
   dbt run-operation ringfence.publish_views --vars '{ringfence_branch: run_42}' #}
{% macro publish_views(models=none, adopt=false) %}
    {%- set branch = ringfence.branch() -%}
    {%- do ringfence.stop_publishing(
        'no branch is named', "Type: dbt run-operation ringfence.publish_views --vars '{ringfence_branch: ...}'"
    ) if branch is none -%}
    {%- do ringfence.finish_publications() -%}
    {%- set rows = ringfence.rows_to_publish(branch, models) -%}
    {%- do ringfence.require_publishable(rows, adopt) -%}
    {%- do ringfence.point_views(rows) -%}
    {%- do log(
        'ringfence: ' ~ rows | length ~ ' view(s) now read branch ' ~ branch ~ ' (publication '
        ~ invocation_id ~ ')', info=true
    ) -%}
{% endmacro %}


{% macro rows_to_publish(branch, models) %}
    {%- set suffix = ringfence.branch_suffix(branch) -%}
    {%- set rows, names = [], [] -%}
    {%- for node in graph.nodes.values() | sort(attribute='unique_id') if ringfence.is_published(node, models) -%}
        {%- do ringfence.stop_publishing(
            node.name ~ ' is built in the schema ' ~ node.schema ~ ', not in one of the branch',
            "Let the project's generate_schema_name return"
            ~ ' ringfence.branch_schema(default__generate_schema_name(custom_schema_name, node))'
        ) if not node.schema.endswith(suffix) -%}
        {%- do names.append(node.name) -%}
        {%- do rows.append(ringfence.publication_row('publish', {
            'branch': branch, 'database_name': node.database, 'schema_name': node.schema[:-(suffix | length)],
            'view_name': node.alias, 'branch_schema': node.schema
        })) -%}
    {%- endfor -%}
    {%- for name in models or [] if name not in names -%}
        {%- do ringfence.stop_publishing(
            'there is no model ' ~ name ~ ' to publish in ' ~ project_name, 'Check the names in models'
        ) -%}
    {%- endfor -%}
    {%- do ringfence.stop_publishing('no model is left to publish', 'Check meta.ringfence.publish') if not rows -%}
    {{- return(rows) -}}
{% endmacro %}


{% macro is_published(node, models) %}
    {{- return(
        node.resource_type == 'model' and node.package_name == project_name
        and node.config.materialized != 'ephemeral' and (node.name in models if models is not none
        else (node.config.meta.get('ringfence') or {}).get('publish') is not sameas false)
    ) -}}
{% endmacro %}


{# `of` says of which view and branch, and what it undoes. #}
{% macro publication_row(kind, of) %}
    {%- do of.update({'publication_id': invocation_id, 'kind': kind, 'published_at': run_started_at}) -%}
    {{- return(of) -}}
{% endmacro %}


{# Everything is looked at before anything is changed. #}
{% macro require_publishable(rows, adopt=true) %}
    {%- set known = ringfence.published_views(ringfence.publications()) -%}
    {%- for row in rows -%}
        {%- set source, view = ringfence.branch_relation(row), ringfence.public_view(row) -%}
        {%- do ringfence.stop_publishing(
            source ~ ' does not exist', 'Build it on branch ' ~ row.branch ~ ' first, or publish another one'
        ) if row.branch_schema is not none and load_relation(source) is none -%}
        {%- set found = load_relation(view) -%}
        {%- do ringfence.stop_publishing(
            view ~ ' is a ' ~ found.type ~ ', and only views can be pointed anew',
            'Rename it or drop it, then publish again'
        ) if found is not none and not found.is_view -%}
        {%- do ringfence.stop_publishing(
            view ~ ' is a view that no publication made',
            "To replace it, add --args '{adopt: true}'; a rollback will not bring it back"
        ) if found is not none and not adopt and ringfence.view_key(row) not in known -%}
    {%- endfor -%}
{% endmacro %}


{% macro public_view(row) %}
    {{- return(api.Relation.create(
        database=row.database_name, schema=row.schema_name, identifier=row.view_name, type='view'
    )) -}}
{% endmacro %}


{% macro branch_relation(row) %}
    {{- return(api.Relation.create(
        database=row.database_name, schema=row.branch_schema, identifier=row.view_name
    )) -}}
{% endmacro %}


{% macro stop_publishing(problem, way_out) %}
    {%- do exceptions.raise_compiler_error('ringfence: ' ~ problem ~ '. ' ~ way_out ~ '.') -%}
{% endmacro %}
