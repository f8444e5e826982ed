{# What decides a flag, strongest first: the kill switch, --vars, the environment, by_target, default.
   `is_forced`: by the kill switch, --vars or the environment, so that a percentage has no say.
   This runs for every use while dbt parses, and calling a macro is what costs: other macros are called in trouble. #}
{% macro flag_state(macro_name, name) %}
    {%- set registry = var('ringfence_flags', none) or {} -%}
    {%- if registry is not mapping or name not in registry -%}
        {%- do ringfence.refuse_flag(macro_name, name, registry) -%}
    {%- endif -%}
    {%- set entry = registry[name] -%}
    {%- set problem = ringfence.flag_problem(name, entry) -%}
    {%- if problem -%}
        {%- do ringfence.wrong_flag(macro_name, name, problem, 'Mend its entry under ringfence_flags') -%}
    {%- endif -%}
    {%- set killing = [entry.get('kill', false), var('ringfence_kill', none), env_var('RINGFENCE_KILL', '')] -%}
    {%- if (killing[0] or killing[1] or killing[2]) and ringfence.is_killed(macro_name, name, killing) -%}
        {{- return({'is_on': false, 'is_forced': true, 'decided_by': 'kill switch', 'entry': entry}) -}}
    {%- endif -%}
    {%- set variable = 'ringfence_flag__' ~ name -%}
    {%- set by_target = entry.get('by_target') or {} -%}
    {%- set decision = namespace(by=variable, value=var(variable, none), is_forced=true) -%}
    {%- if decision.value is none -%}
        {%- set decision.by, decision.value = variable | upper, env_var(variable | upper, '') -%}
    {%- endif -%}
    {%- if decision.value == '' and target.name in by_target -%}
        {%- set decision.by, decision.value, decision.is_forced = 'by_target', by_target[target.name], false -%}
    {%- elif decision.value == '' -%}
        {%- set decision.by, decision.value, decision.is_forced = 'default', entry.get('default', false), false -%}
    {%- endif -%}
    {%- set text = decision.value | string | lower -%}
    {%- if text not in ['on', 'off', 'true', 'false', '1', '0'] -%}
        {%- do ringfence.wrong_switch(macro_name, name, decision.by, decision.value) -%}
    {%- endif -%}
    {{- return({
        'is_on': text in ['on', 'true', '1'],
        'is_forced': decision.is_forced,
        'decided_by': decision.by,
        'entry': entry
    }) -}}
{% endmacro %}


{# YAML reads a plain `on` as true, a quoted one and the environment give texts. Nothing else is a switch:
   to Jinja the text "false" would be true. #}
{% macro wrong_switch(macro_name, name, place, value) %}
    {%- do ringfence.wrong_flag(
        macro_name, name, place ~ " is '" ~ value ~ "', which is neither on nor off",
        'Write on, off, true, false, 1 or 0'
    ) -%}
{% endmacro %}


{# `killing` is what throws it: `kill` of the registry, the variable ringfence_kill, RINGFENCE_KILL: `all`, or names. #}
{% macro is_killed(macro_name, name, killing) %}
    {%- set text = killing[0] | string | lower -%}
    {%- if text not in ['on', 'off', 'true', 'false', '1', '0'] -%}
        {%- do ringfence.wrong_switch(macro_name, name, 'kill', killing[0]) -%}
    {%- elif text in ['on', 'true', '1'] -%}
        {{- return(true) -}}
    {%- endif -%}
    {%- for place, given in [('ringfence_kill', killing[1]), ('RINGFENCE_KILL', killing[2])] if given -%}
        {%- set names = given.replace(',', ' ').split() if given is string else given -%}
        {%- if names is not sequence or names is mapping -%}
            {%- do ringfence.wrong_flag(
                macro_name, name, place ~ " is '" ~ given ~ "', which names no flags", 'Write all, or names of flags'
            ) -%}
        {%- endif -%}
        {%- if 'all' in names or name in names -%}
            {{- return(true) -}}
        {%- endif -%}
        {# Whoever throws a switch that is not there must hear of it. #}
        {%- for killed in names if killed not in var('ringfence_flags', {}) -%}
            {%- do ringfence.undeclared_flag(place, killed) -%}
        {%- endfor -%}
    {%- endfor -%}
    {{- return(false) -}}
{% endmacro %}
