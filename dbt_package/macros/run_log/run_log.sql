{# The run log: one row when a run starts and one when it ends, in a table of the warehouse. Opt-in: it is on
   where a project puts both macros into its hooks. Rows are only ever added. #}
{% macro log_run_start() %}
    {{- return(adapter.dispatch('log_run_start', 'ringfence')()) -}}
{% endmacro %}


{% macro log_run_end(results) %}
    {{- return(adapter.dispatch('log_run_end', 'ringfence')(results)) -}}
{% endmacro %}


{% macro default__log_run_start() %}
    {%- if not ringfence.is_logged('log_run_start') -%}
        {{- return('') -}}
    {%- endif -%}
    {{- return(ringfence.insert_run('started', none, {})) -}}
{% endmacro %}


{% macro default__log_run_end(results) %}
    {%- if not ringfence.is_logged('log_run_end') -%}
        {{- return('') -}}
    {%- endif -%}
    {{- return(ringfence.insert_run(
        'finished', modules.datetime.datetime.now(modules.pytz.utc), ringfence.count_by_status(results)
    )) -}}
{% endmacro %}


{# An empty run builds nothing worth a row; while dbt parses, hooks are rendered but not run. #}
{% macro is_logged(macro_name) %}
    {%- if not execute -%}
        {{- return(false) -}}
    {%- endif -%}
    {%- if flags.EMPTY -%}
        {%- do log('ringfence.' ~ macro_name ~ ': --empty, so no row is written', info=true) -%}
        {{- return(false) -}}
    {%- endif -%}
    {{- return(true) -}}
{% endmacro %}


{# One word a node; what dbt adds later counts as other. #}
{% macro count_by_status(results) %}
    {%- set counts = {} -%}
    {%- for status in ringfence.run_statuses() -%}
        {%- do counts.update({status: 0}) -%}
    {%- endfor -%}
    {%- for result in results -%}
        {%- set status = result.status | string | replace('no-op', 'skipped') -%}
        {%- set status = 'error' if status in ('runtime error', 'partial success') else status -%}
        {%- set status = status if status in counts else 'other' -%}
        {%- do counts.update({status: counts[status] + 1}) -%}
    {%- endfor -%}
    {{- return(counts) -}}
{% endmacro %}


{% macro run_statuses() %}
    {{- return(['success', 'pass', 'warn', 'fail', 'error', 'skipped', 'other']) -}}
{% endmacro %}


{# Every column of the table, with its type and its value as SQL. #}
{% macro run_columns(event, finished_at, counts) %}
    {%- set text = dbt.type_string() -%}
    {%- set sha = env_var('RINGFENCE_GIT_SHA', env_var('GITHUB_SHA', env_var('CI_COMMIT_SHA', ''))) -%}
    {%- set columns = [
        ('invocation_id', text, ringfence.text_literal(invocation_id)),
        ('event', text, ringfence.text_literal(event)),
        ('command', text, ringfence.text_literal(flags.WHICH)),
        ('project', text, ringfence.text_literal(project_name)),
        ('target', text, ringfence.text_literal(target.name)),
        ('dbt_version', text, ringfence.text_literal(dbt_version)),
        ('git_sha', text, ringfence.text_literal(sha or none)),
        ('identifiers', text, ringfence.text_literal(tojson(ringfence.identifiers(), sort_keys=true))),
        ('vars_hash', text, ringfence.text_literal(ringfence.vars_hash())),
        ('started_at', dbt.type_timestamp(), ringfence.timestamp_literal(run_started_at)),
        ('finished_at', dbt.type_timestamp(), ringfence.timestamp_literal(finished_at)),
    ] -%}
    {%- for status in ringfence.run_statuses() -%}
        {%- do columns.append(('count_' ~ status, dbt.type_int(), counts.get(status, 'null'))) -%}
    {%- endfor -%}
    {{- return(columns) -}}
{% endmacro %}


{# Of what --vars gave: values of vars may be secrets, so only their hash is kept; identifiers are named one by one. #}
{% macro vars_hash() %}
    {{- return(local_md5(tojson(invocation_args_dict.get('vars') or {}, sort_keys=true))) -}}
{% endmacro %}


{% macro insert_run(event, finished_at, counts) %}
    {%- set columns = ringfence.run_columns(event, finished_at, counts) -%}
    {%- set relation = ringfence.stored_table('run_log', columns) -%}
    {%- set values = [] -%}
    {%- for name, type, value in columns -%}
        {%- do values.append('cast(' ~ value ~ ' as ' ~ type ~ ')') -%}
    {%- endfor -%}
    {{- return(
        'insert into ' ~ relation ~ ' (' ~ columns | map('first') | join(', ') ~ ')\nselect ' ~ values | join(', ')
    ) -}}
{% endmacro %}
