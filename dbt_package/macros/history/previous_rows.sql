{# For on-run-end, opt-in: keeps a copy of each relation whose test append_only names no `against`. The copy is renewed
   where the test passed, or made where there is none yet. Called without results, `dbt run-operation
   keep_previous_rows` accepts the rows as they are; `only` names the models or sources whose rows it accepts. #}
{% macro keep_previous_rows(results=none, only=none) %}
    {{- adapter.dispatch('keep_previous_rows', 'ringfence')(results, only) -}}
{% endmacro %}


{% macro default__keep_previous_rows(results, only) %}
    {%- set kept = {} -%}
    {%- for test in ringfence.tests_with_a_past('append_only', results, only) if not test.node.test_metadata.kwargs.against -%}
        {%- set name = ringfence.stored_name(test.relation, none) -%}
        {%- set passed = test.passed and kept.get(name, test).passed -%}
        {%- do kept.update({name: dict(test, passed=passed)}) -%}
    {%- endfor -%}
    {%- for entry in kept.values() if entry.passed or ringfence.kept_rows(entry.relation) is none -%}
        {%- set store = ringfence.previous_rows_store(entry.relation) -%}
        {%- do adapter.create_schema(store) -%}
        {%- do ringfence.run_at_once(ringfence.replaced_table(store, 'select * from ' ~ entry.relation)) -%}
        {%- do log('ringfence: the rows of %s are kept in %s' | format(entry.relation, store), info=true) -%}
    {%- endfor -%}
{% endmacro %}


{# Names of relations may be as long as the engine allows, so the copy is named by a digest. #}
{% macro previous_rows_store(relation) %}
    {%- set digest = local_md5(ringfence.stored_name(relation, none)) -%}
    {{- return(ringfence.store_relation('ringfence_previous_' ~ digest[:16])) -}}
{% endmacro %}


{# The copy that an earlier run kept of a relation, or none. #}
{% macro kept_rows(relation) %}
    {%- set store = ringfence.previous_rows_store(relation) -%}
    {{- return(store if ringfence.is_there(store) else none) -}}
{% endmacro %}


{% macro has_rows(relation, where) %}
    {%- set query = 'select 1 as one from %s where (%s) limit 1' | format(relation, where or '1 = 1') -%}
    {{- return(run_query(query).rows | length > 0) -}}
{% endmacro %}


{% macro replaced_table(relation, query) %}
    {{- adapter.dispatch('replaced_table', 'ringfence')(relation, query) -}}
{% endmacro %}


{% macro default__replaced_table(relation, query) %}
    create or replace table {{ relation }} as {{ query }}
{% endmacro %}


{# Both in one transaction, which run_at_once commits. #}
{% macro postgres__replaced_table(relation, query) %}
    drop table if exists {{ relation }};
    create table {{ relation }} as {{ query }}
{% endmacro %}
