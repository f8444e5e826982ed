{# What tells one run of a project from another, such as a scenario or a plan: the vars that the var
   `ringfence_identifiers` names, with their values. #}
{% macro identifiers() %}
    {%- set names = var('ringfence_identifiers', []) -%}
    {%- if names is string or names is mapping or names is not iterable or names | reject('string') | list -%}
        {%- do exceptions.raise_compiler_error(
            "ringfence: the var ringfence_identifiers must be a list of names of vars, not '" ~ names ~ "'."
            ~ ' Write ringfence_identifiers: [scenario_id, plan_id].'
        ) -%}
    {%- endif -%}
    {%- set found = {} -%}
    {%- for name in names -%}
        {%- do found.update({name: var(name, none)}) -%}
    {%- endfor -%}
    {{- return(found) -}}
{% endmacro %}


{# Stops a run that does not say what it is a run of. Off unless the var `ringfence_enforce_identifiers` is true. #}
{% macro require_identifiers() %}
    {{- adapter.dispatch('require_identifiers', 'ringfence')() -}}
{% endmacro %}


{% macro default__require_identifiers() %}
    {%- set enforced = var('ringfence_enforce_identifiers', false) -%}
    {%- set is_asked = execute and enforced is sameas true -%}
    {%- set identifiers = ringfence.identifiers() if is_asked else {} -%}
    {%- set missing = [] -%}
    {%- for name, value in identifiers.items() if value is none or not value | string | trim -%}
        {%- do missing.append(name) -%}
    {%- endfor -%}
    {%- if enforced is not boolean -%}
        {%- do exceptions.raise_compiler_error(
            "ringfence: the var ringfence_enforce_identifiers must be true or false, not '" ~ enforced ~ "'"
            ~ ' (a text). Write it without quotes.'
        ) -%}
    {%- elif is_asked and not identifiers -%}
        {%- do exceptions.raise_compiler_error(
            'ringfence: ringfence_enforce_identifiers is true and no identifier is declared.'
            ~ ' Write the names of their vars under vars: ringfence_identifiers: [scenario_id, plan_id].'
        ) -%}
    {%- elif missing -%}
        {%- do exceptions.raise_compiler_error(
            'ringfence: this run does not say its ' ~ missing | join(', ')
            ~ ', and ringfence_enforce_identifiers is true. Type: dbt ' ~ flags.WHICH
            ~ " --vars '{" ~ missing | join(': ..., ') ~ ": ...}'"
        ) -%}
    {%- endif -%}
{% endmacro %}
