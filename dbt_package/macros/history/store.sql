{# Where the stores stand: the schema of the target, or the one that the variable names. #}
{% macro store_relation(identifier) %}
    {{- return(api.Relation.create(
        database=target.database or none, schema=var('ringfence_schema', target.schema), identifier=identifier,
        type='table'
    )) -}}
{% endmacro %}


{# Whether a relation is there. Asked of the catalog: of a schema without models dbt's cache may be half filled by another
   thread, and says of what it does not hold yet that it does not exist. #}
{% macro is_there(relation) %}
    {{- return(adapter.dispatch('is_there', 'ringfence')(relation)) -}}
{% endmacro %}


{% macro default__is_there(relation) %}
    {{- return(load_relation(relation) is not none) -}}
{% endmacro %}


{% macro duckdb__is_there(relation) %}
    {{- return(ringfence.is_in_catalog(relation, 'system.information_schema.tables')) -}}
{% endmacro %}


{% macro postgres__is_there(relation) %}
    {{- return(ringfence.is_in_catalog(relation, 'information_schema.tables')) -}}
{% endmacro %}


{% macro is_in_catalog(relation, tables) %}
    {%- set query -%}
        select 1 as one
        from {{ tables }}
        where lower(table_catalog) = {{ ringfence.text_literal(relation.database | lower) }}
            and lower(table_schema) = {{ ringfence.text_literal(relation.schema | lower) }}
            and lower(table_name) = {{ ringfence.text_literal(relation.identifier | lower) }}
    {%- endset -%}
    {{- return(run_query(query).rows | length > 0) -}}
{% endmacro %}


{# The tests of this name in the project, as [{node, relation, where, passed}]: those that ran, where there are
   results; else all whose relation is there, or those of the models and sources that `only` names. None while dbt
   parses or with --empty. #}
{% macro tests_with_a_past(test_name, results, only) %}
    {%- set outcomes = {} -%}
    {%- for result in results or [] if result.status | string in ['pass', 'warn', 'fail'] -%}
        {%- do outcomes.update({result.node.unique_id: result.status | string}) -%}
    {%- endfor -%}
    {%- set found = [] -%}
    {%- set nodes = graph.nodes.values() if execute and not flags.EMPTY else [] -%}
    {%- for node in nodes if node.resource_type == 'test' and node.test_metadata
        and node.test_metadata.name == test_name and node.test_metadata.namespace == 'ringfence' -%}
        {%- set under = ringfence.node_under(node) -%}
        {%- set relation = ringfence.relation_of_node(under) -%}
        {%- set has_run = node.unique_id in outcomes -%}
        {%- set is_asked_for = results is none and under.name in (only or [under.name]) -%}
        {%- if has_run or is_asked_for and ringfence.is_there(relation) -%}
            {%- do found.append({
                'node': node,
                'relation': relation,
                'where': node.config.where,
                'passed': outcomes.get(node.unique_id, 'pass') == 'pass'
            }) -%}
        {%- endif -%}
    {%- endfor -%}
    {{- return(found) -}}
{% endmacro %}


{# What a test of the graph stands under. dbt attaches no test to a source. #}
{% macro node_under(node) %}
    {%- set names = node.test_metadata.kwargs.model.split("'") -%}
    {%- set sources = graph.sources.values() | selectattr('source_name', 'eq', names[1]) -%}
    {{- return(graph.nodes.get(node.attached_node) or sources | selectattr('name', 'eq', names[3]) | first) -}}
{% endmacro %}


{% macro relation_of_node(node) %}
    {{- return(api.Relation.create(
        database=node.database, schema=node.schema, identifier=node.alias or node.identifier
    )) -}}
{% endmacro %}


{# The name under which a relation, or its rows that match a condition, stand in a store. #}
{% macro stored_name(relation, where) %}
    {%- set name = [relation.database, relation.schema, relation.identifier] | join('.') -%}
    {{- return(name ~ ' where ' ~ where if where else name) -}}
{% endmacro %}
