{# Operation: undoes the last publication that was not undone yet. Each of its views reads again what it read before;
   one that it made is dropped. dbt run-operation ringfence.rollback #}
{% macro rollback() %}
    {%- do ringfence.finish_publications() -%}
    {%- set rows = ringfence.publications() -%}
    {%- set standing = ringfence.published_views(rows).values() | list -%}
    {%- do ringfence.stop_publishing('there is no publication to undo', 'Publish a branch first') if not standing -%}
    {%- set last = (standing | sort(attribute='published_at') | last).publication_id -%}
    {%- set before = ringfence.published_views(rows, without=last) -%}
    {%- set back = [] -%}
    {%- for row in standing if row.publication_id == last -%}
        {%- set earlier = before.get(ringfence.view_key(row), {}) -%}
        {%- do back.append(ringfence.publication_row('rollback', {
            'undoes': last, 'branch': earlier.get('branch'), 'branch_schema': earlier.get('branch_schema'),
            'database_name': row.database_name, 'schema_name': row.schema_name, 'view_name': row.view_name
        })) -%}
    {%- endfor -%}
    {%- do ringfence.require_publishable(back) -%}
    {%- do ringfence.point_views(back) -%}
    {%- do log(
        'ringfence: publication ' ~ last ~ ' is undone, ' ~ back | length ~ ' view(s) read what they read before',
        info=true
    ) -%}
{% endmacro %}


{# Operation: drops the schemas of a branch, unless a view reads them now or would after a rollback (`force` drops
   the latter). dbt run-operation ringfence.drop_branch --args '{branch: run_41}' #}
{% macro drop_branch(branch, force=false) %}
    {%- do ringfence.require_branch('branch', branch) -%}
    {%- set schemas = ringfence.schemas_of_branch(branch | string) -%}
    {%- set rows = ringfence.publications() -%}
    {%- for row in ringfence.unfinished_publications(rows) | sum(start=[]) if row.branch_schema in schemas -%}
        {%- do ringfence.stop_publishing(
            'publication ' ~ row.publication_id ~ ' of branch ' ~ branch ~ ' did not end',
            'Type: dbt run-operation ringfence.finish_publications'
        ) -%}
    {%- endfor -%}
    {%- set views = ringfence.published_views(rows).values() | list -%}
    {%- for row in views if row.branch_schema in schemas -%}
        {%- do ringfence.stop_publishing(
            ringfence.public_view(row) ~ ' reads branch ' ~ branch, 'Publish another branch or roll back first'
        ) -%}
    {%- endfor -%}
    {%- if views and not force -%}
        {%- set last = (views | sort(attribute='published_at') | last).publication_id -%}
        {%- for row in ringfence.published_views(rows, without=last).values() if row.branch_schema in schemas -%}
            {%- do ringfence.stop_publishing(
                'a rollback of publication ' ~ last ~ ' would need branch ' ~ branch,
                'To drop it all the same, add force: true to --args'
            ) -%}
        {%- endfor -%}
    {%- endif -%}
    {%- set dropped = [] -%}
    {%- for schema in schemas if adapter.check_schema_exists(target.database or none, schema) -%}
        {%- do adapter.drop_schema(api.Relation.create(database=target.database or none, schema=schema)) -%}
        {%- do dropped.append(schema) -%}
    {%- endfor -%}
    {%- do log('ringfence: dropped ' ~ (dropped | join(', ') or 'nothing, the branch has no schema'), info=true) -%}
{% endmacro %}


{# The schemas that this project would build the branch in, of whatever kind of node. #}
{% macro schemas_of_branch(branch) %}
    {%- set schemas = [] -%}
    {%- for schema in graph.nodes.values() | map(attribute='schema') | select -%}
        {%- set public = modules.re.sub(ringfence.branch_schema('') ~ '$', '', schema) -%}
        {%- do schemas.append(public ~ ringfence.branch_suffix(branch)) -%}
    {%- endfor -%}
    {{- return(schemas | unique(case_sensitive=true) | list) -}}
{% endmacro %}
