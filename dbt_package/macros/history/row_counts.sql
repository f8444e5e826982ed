{# For on-run-end, opt-in: keeps the row counts of the relations that have the test row_count_vs_previous. A count is
   kept where the test passed, so that a fault does not become what the next run is measured by, or where there is
   none yet. Called without results, `dbt run-operation record_row_counts` accepts the counts as they
   are; `only` names the models or sources whose counts it accepts. #}
{% macro record_row_counts(results=none, only=none) %}
    {{- adapter.dispatch('record_row_counts', 'ringfence')(results, only) -}}
{% endmacro %}


{% macro default__record_row_counts(results, only) %}
    {%- set counted = {} -%}
    {%- for test in ringfence.tests_with_a_past('row_count_vs_previous', results, only) -%}
        {%- set name = ringfence.stored_name(test.relation, test.where) -%}
        {%- set passed = test.passed and counted.get(name, test).passed -%}
        {%- do counted.update({name: dict(test, passed=passed)}) -%}
    {%- endfor -%}
    {%- set counts = [] -%}
    {%- for name, entry in counted.items() -%}
        {%- if entry.passed or ringfence.previous_row_count(entry.relation, entry.where) is none -%}
            {%- do counts.append(ringfence.row_count_query(name, entry.relation, entry.where, entry.passed)) -%}
        {%- endif -%}
    {%- endfor -%}
    {%- if counts -%}
        {%- set store = ringfence.row_count_store() -%}
        {%- if not ringfence.is_there(store) -%}
            {%- do adapter.create_schema(store) -%}
            {%- do ringfence.run_at_once(ringfence.row_count_table(store)) -%}
        {%- endif -%}
        {%- do ringfence.run_at_once('insert into ' ~ store ~ '\n' ~ counts | join('\nunion all\n')) -%}
    {%- endif -%}
{% endmacro %}


{% macro row_count_store() %}{{ return(ringfence.store_relation('ringfence_row_counts')) }}{% endmacro %}


{% macro row_count_table(store) %}
    create table {{ store }} (
        {{ ringfence.quoted('target') }} {{ dbt.type_string() }},
        {{ ringfence.quoted('relation') }} {{ dbt.type_string() }},
        {{ ringfence.quoted('counted_at') }} {{ dbt.type_timestamp() }},
        {{ ringfence.quoted('rows') }} {{ dbt.type_bigint() }}
    )
{% endmacro %}


{# One row for the store; none where nothing may be kept of a relation without rows. #}
{% macro row_count_query(name, relation, where, keep_zero) %}
    select
        {{ ringfence.as_text(ringfence.text_literal(target.name)) }},
        {{ ringfence.as_text(ringfence.text_literal(name)) }},
        {{ ringfence.timestamp_literal(modules.datetime.datetime.now(modules.pytz.utc)) }},
        count(*)
    from {{ relation }}
    {{ 'where (' ~ where ~ ')' if where }}
    {{ 'having count(*) > 0' if not keep_zero }}
{% endmacro %}


{# The last count that is kept of a relation on this target, or none. #}
{% macro previous_row_count(relation, where) %}
    {%- if relation.is_cte -%}
        {%- do ringfence.wrong_argument(
            'the model is ephemeral, so no count of it can be kept', 'Materialize it as a view'
        ) -%}
    {%- endif -%}
    {%- set store = ringfence.row_count_store() -%}
    {%- if not ringfence.is_there(store) -%}
        {{- return(none) -}}
    {%- endif -%}
    {%- set found = run_query(
        'select %s from %s where %s = %s and %s = %s order by %s desc limit 1' | format(
            ringfence.quoted('rows'), store,
            ringfence.quoted('target'), ringfence.text_literal(target.name),
            ringfence.quoted('relation'), ringfence.text_literal(ringfence.stored_name(relation, where)),
            ringfence.quoted('counted_at')
        )
    ) -%}
    {{- return(found.columns[0].values()[0] | int if found.rows | length else none) -}}
{% endmacro %}
