{# Where the stores stand: the schema of the target, or the one that the variable names. #}
{% macro store_relation(identifier) %}
    {{- return(api.Relation.create(
        database=target.database, schema=var('ringfence_schema', target.schema), identifier=identifier, type='table'
    )) -}}
{% endmacro %}


{# Runs a statement whose effect stays. #}
{% macro run_lasting(sql) %}
    {% call statement('ringfence_store', auto_begin=false) %}
        {{ adapter.dispatch('lasting', 'ringfence')(sql) }}
    {% endcall %}
{% endmacro %}


{% macro default__lasting(sql) %}
    {{- return(sql) -}}
{% endmacro %}


{# The driver opens a transaction by itself, which dbt does not commit. #}
{% macro postgres__lasting(sql) %}
    {{- return(sql ~ ';\ncommit') -}}
{% endmacro %}


{# The tests of this name in the project, as [{node, relation, where, passed}]: those that ran, where there are
   results, else all. #}
{% macro tests_with_a_past(test_name, results) %}
    {%- set outcomes = {} -%}
    {%- for result in results or [] -%}
        {%- do outcomes.update({result.node.unique_id: result.status | string}) -%}
    {%- endfor -%}
    {%- set found = [] -%}
    {%- for node in graph.nodes.values() if node.resource_type == 'test' and node.test_metadata -%}
        {%- set is_ours = node.test_metadata.name == test_name and node.test_metadata.namespace == 'ringfence' -%}
        {%- if is_ours and (results is none or node.unique_id in outcomes) -%}
            {%- do found.append({
                'node': node,
                'relation': ringfence.relation_of(node),
                'where': node.config.where,
                'passed': results is none or outcomes[node.unique_id] == 'pass'
            }) -%}
        {%- endif -%}
    {%- endfor -%}
    {{- return(found) -}}
{% endmacro %}


{# The relation that a test of the graph stands under. #}
{% macro relation_of(node) %}
    {%- set under = namespace(node=graph.nodes.get(node.attached_node)) -%}
    {%- set names = node.test_metadata.kwargs.model.split("'") -%}
    {%- for source in graph.sources.values() if under.node is none -%}
        {%- if [source.source_name, source.name] == [names[1], names[3]] -%}
            {%- set under.node = source -%}
        {%- endif -%}
    {%- endfor -%}
    {{- return(api.Relation.create(
        database=under.node.database, schema=under.node.schema, identifier=under.node.alias or under.node.identifier
    )) -}}
{% endmacro %}


{# The name under which a relation, or its rows that match a condition, stand in a store. #}
{% macro stored_name(relation, where) %}
    {%- set name = [relation.database, relation.schema, relation.identifier] | join('.') -%}
    {{- return(name ~ ' where ' ~ where if where else name) -}}
{% endmacro %}
