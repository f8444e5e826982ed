{# SQL that selects from source exactly the columns of target, in target's order, as for an insert or an incremental
   model. A warning names the columns that are dropped when they are more than five.

   missing: what becomes of target's columns that source lacks: `error`, or `null`. #}
{% macro project_columns(source, target, missing='error') %}
    {{- adapter.dispatch('project_columns', 'ringfence')(source, target, missing) -}}
{% endmacro %}


{% macro default__project_columns(source, target, missing) %}
    {%- if missing not in ['error', 'null'] -%}
        {%- do ringfence.wrong_use(
            'project_columns', "missing must be error or null, not '" ~ missing ~ "'", "Write missing='null'"
        ) -%}
    {%- endif -%}
    {%- if not execute -%}
        {{- return('select * from ' ~ source) -}}
    {%- endif -%}
    {%- set given = ringfence.columns_of(source) -%}
    {%- set wanted = ringfence.columns_of(target) -%}
    {%- set selected, lacking = [], [] -%}
    {%- for column in wanted -%}
        {%- set own = ringfence.column_named(given, column.name) -%}
        {%- set value = 'cast(null as ' ~ column.type ~ ')' if own is none else ringfence.quoted(own.name) -%}
        {%- do selected.append(value ~ ' as ' ~ ringfence.quoted(column.name)) -%}
        {%- if own is none -%}
            {%- do lacking.append(column.name) -%}
        {%- endif -%}
    {%- endfor -%}
    {%- if not wanted -%}
        {%- do ringfence.wrong_use(
            'project_columns', target ~ ' has no columns',
            'Build it first; in an incremental model ask is_incremental() before'
        ) -%}
    {%- endif -%}
    {%- if lacking and missing == 'error' -%}
        {%- do ringfence.wrong_use(
            'project_columns', '%s lacks %s of %s' | format(source, lacking | join(', '), target),
            "Add what is missing, or write missing='null'"
        ) -%}
    {%- endif -%}
    {%- do ringfence.tell_dropped(source, target, given, wanted) -%}
    select
        {{ selected | join(',\n        ') }}
    from {{ source }}
{% endmacro %}


{% macro tell_dropped(source, target, given, wanted) %}
    {%- set dropped = [] -%}
    {%- for column in given if ringfence.column_named(wanted, column.name) is none -%}
        {%- do dropped.append(column.name) -%}
    {%- endfor -%}
    {%- set said = 'ringfence.project_columns: %s columns of %s are not in %s and are dropped: %s' | format(
        dropped | length, source, target, dropped | join(', ')
    ) -%}
    {%- if dropped | length > 5 -%}
        {%- do exceptions.warn(said) -%}
    {%- elif dropped -%}
        {%- do log(said) -%}
    {%- endif -%}
{% endmacro %}
