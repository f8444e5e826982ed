{# SQL that selects from source exactly the columns of target, in target's order, as for an insert or an incremental
   model. A warning names the columns that are dropped when they are more than five.

   missing: what becomes of target's columns that source lacks: `error`, or `null`. #}
{% macro project_columns(source, target, missing='error') %}
    {{- return(adapter.dispatch('project_columns', 'ringfence')(source, target, missing)) -}}
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
        {%- if own is not none -%}
            {%- do selected.append(ringfence.quoted(own.name) ~ ' as ' ~ ringfence.quoted(column.name)) -%}
        {%- else -%}
            {%- do lacking.append(column.name) -%}
            {%- do selected.append('cast(null as ' ~ column.type ~ ') as ' ~ ringfence.quoted(column.name)) -%}
        {%- endif -%}
    {%- endfor -%}
    {%- if not wanted -%}
        {%- do ringfence.wrong_use('project_columns', target ~ ' has no columns', 'Build it first; in an incremental model ask is_incremental() before') -%}
    {%- endif -%}
    {%- if lacking and missing == 'error' -%}
        {%- do ringfence.wrong_use(
            'project_columns', source ~ ' lacks ' ~ lacking | join(', ') ~ ' of ' ~ target,
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
    {%- for column in given -%}
        {%- if ringfence.column_named(wanted, column.name) is none -%}
            {%- do dropped.append(column.name) -%}
        {%- endif -%}
    {%- endfor -%}
    {%- if dropped -%}
        {%- set said = 'ringfence.project_columns: ' ~ dropped | length ~ ' columns of ' ~ source ~ ' are not in ' ~ target
            ~ ' and are dropped: ' ~ dropped | join(', ') -%}
        {%- if dropped | length > 5 -%}
            {%- do exceptions.warn(said) -%}
        {%- else -%}
            {%- do log(said) -%}
        {%- endif -%}
    {%- endif -%}
{% endmacro %}
