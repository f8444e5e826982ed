{# The run log: one row when a run starts and one when it ends, in a table of the warehouse. Opt-in: it is on
   where a project puts both macros into its hooks. Rows are only ever added. #}
{% macro log_run_start() %}
    {{- return(adapter.dispatch('log_run_start', 'ringfence')()) -}}
{% endmacro %}


{% macro log_run_end(results) %}
    {{- return(adapter.dispatch('log_run_end', 'ringfence')(results)) -}}
{% endmacro %}


{% macro default__log_run_start() %}
    {{- return(ringfence.insert_run('started', none, {}) if ringfence.is_logged('log_run_start') else '') -}}
{% endmacro %}


{% macro default__log_run_end(results) %}
    {%- do return('') if not ringfence.is_logged('log_run_end') -%}
    {%- set now = modules.datetime.datetime.now(modules.pytz.utc) -%}
    {{- return(ringfence.insert_run('finished', now, ringfence.count_by_status(results))) -}}
{% endmacro %}


{# An empty run builds nothing worth a row; while dbt parses, hooks are rendered but not run. #}
{% macro is_logged(macro_name) %}
    {%- do log('ringfence.' ~ macro_name ~ ': --empty, so no row is written', info=true) if execute and flags.EMPTY -%}
    {{- return(execute and not flags.EMPTY) -}}
{% endmacro %}


{# One word a node; what dbt adds later counts as other. #}
{% macro count_by_status(results) %}
    {%- set counts = {} -%}
    {%- for status in ringfence.run_statuses() -%}
        {%- do counts.update({status: 0}) -%}
    {%- endfor -%}
    {%- for result in results -%}
        {%- set status = {'no-op': 'skipped', 'runtime error': 'error', 'partial success': 'error'}.get(
            result.status | string, result.status | string
        ) -%}
        {%- set status = status if status in counts else 'other' -%}
        {%- do counts.update({status: counts[status] + 1}) -%}
    {%- endfor -%}
    {{- return(counts) -}}
{% endmacro %}


{% macro run_statuses() %}
    {{- return('success pass warn fail error skipped other'.split()) -}}
{% endmacro %}


{# Every column of the table, with its type and its value as SQL. #}
{% macro run_columns(event, finished_at, counts) %}
    {%- set sha = env_var('RINGFENCE_GIT_SHA', env_var('GITHUB_SHA', env_var('CI_COMMIT_SHA', ''))) -%}
    {%- set columns = [] -%}
    {%- for name, value in {
        'invocation_id': invocation_id, 'event': event, 'command': flags.WHICH, 'project': project_name,
        'target': target.name, 'dbt_version': dbt_version, 'git_sha': sha or none,
        'identifiers': tojson(ringfence.identifiers(), sort_keys=true), 'vars_hash': ringfence.vars_hash()
    }.items() -%}
        {%- do columns.append((name, dbt.type_string(), ringfence.text_literal(value))) -%}
    {%- endfor -%}
    {%- for name, moment in [('started_at', run_started_at), ('finished_at', finished_at)] -%}
        {%- do columns.append((name, dbt.type_timestamp(), ringfence.timestamp_literal(moment))) -%}
    {%- endfor -%}
    {%- for status in ringfence.run_statuses() -%}
        {%- do columns.append(('count_' ~ status, dbt.type_int(), counts.get(status, 'null'))) -%}
    {%- endfor -%}
    {{- return(columns) -}}
{% endmacro %}


{# Of what --vars gave: values of vars may be secrets, so only their hash is kept; identifiers are named one by one. #}
{% macro vars_hash() %}
    {{- return(local_md5(tojson(invocation_args_dict.get('vars') or {}, sort_keys=true))) -}}
{% endmacro %}


{% macro insert_run(event, finished_at, counts) -%}
    {%- set columns = ringfence.run_columns(event, finished_at, counts) -%}
    insert into {{ ringfence.stored_table('run_log', columns) }} ({{ columns | map('first') | join(', ') }})
    select
        {%- for name, type, value in columns %}
            cast({{ value }} as {{ type }}){{ ',' if not loop.last }}
        {%- endfor %}
{%- endmacro %}
