{# Write, audit, publish: a run with the var `ringfence_branch` builds everything in schemas of its own,
   `SCHEMA__run_BRANCH`, where it is judged; `publish_views` then points the views of SCHEMA at it. #}

{# For the project's own generate_schema_name: the schema, or on a branch the branch's schema beside it. #}
{% macro branch_schema(schema) %}
    {%- set branch = ringfence.branch() -%}
    {{- return(schema | trim ~ ('' if branch is none else ringfence.branch_suffix(branch))) -}}
{% endmacro %}


{# The branch of this run, or none. #}
{% macro branch() %}
    {%- set branch = var('ringfence_branch', none) -%}
    {%- do return(none) if branch is none -%}
    {%- do ringfence.require_branch('ringfence_branch', branch) -%}
    {{- return(branch | string) -}}
{% endmacro %}


{% macro branch_suffix(branch) %}
    {{- return('__run_' ~ branch) -}}
{% endmacro %}


{# Lower-case letters, digits and underscores: a schema's name that no engine folds, cuts or has to quote. #}
{% macro require_branch(where, branch) %}
    {%- do ringfence.stop_publishing(
        where ~ ' must be 1 to 32 lower-case letters, digits and underscores, not ' ~ tojson(branch),
        'Write for example run_42'
    ) if not modules.re.fullmatch('[a-z0-9_]{1,32}', branch | string) -%}
{% endmacro %}


{# Whether a script of CREATE VIEW and DROP VIEW takes effect as a whole or not at all. #}
{% macro ddl_is_transactional() %}
    {{- return(adapter.dispatch('ddl_is_transactional', 'ringfence')()) -}}
{% endmacro %}


{% macro default__ddl_is_transactional() %}
    {{- return(false) -}}
{% endmacro %}


{% macro duckdb__ddl_is_transactional() %}
    {{- return(true) -}}
{% endmacro %}


{# Redshift inherits it. #}
{% macro postgres__ddl_is_transactional() %}
    {{- return(true) -}}
{% endmacro %}
