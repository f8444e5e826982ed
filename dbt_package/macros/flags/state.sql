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
    {%- set variable = 'ringfence_flag__' ~ name -%}
    {%- set given, exported = var(variable, none), env_var(variable | upper, '') -%}
    {%- set kill = entry.get('kill', false) -%}
    {%- set killed, also_killed = var('ringfence_kill', none), env_var('RINGFENCE_KILL', '') -%}
    {%- set is_forced = true -%}
    {%- if (kill or killed or also_killed) and ringfence.is_killed(macro_name, name, kill, killed, also_killed) -%}
        {%- set decided_by, value = 'kill switch', false -%}
    {%- elif given not in [none, ''] -%}
        {%- set decided_by, value = variable, given -%}
    {%- elif given is none and exported -%}
        {%- set decided_by, value = variable | upper, exported -%}
    {%- else -%}
        {%- set by_target = entry.get('by_target') or {} -%}
        {%- set decided_by = 'by_target' if target.name in by_target else 'default' -%}
        {%- set value = by_target.get(target.name, entry.get('default', false)) -%}
        {%- set is_forced = false -%}
    {%- endif -%}
    {%- set text = value | string | lower -%}
    {%- if text not in ['on', 'off', 'true', 'false', '1', '0'] -%}
        {%- do ringfence.wrong_switch(macro_name, name, decided_by, value) -%}
    {%- endif -%}
    {{- return({
        'is_on': text in ['on', 'true', '1'], 'is_forced': is_forced, 'decided_by': decided_by, 'entry': entry
    }) -}}
{% endmacro %}


{# YAML reads a plain `on` as true, a quoted one and the environment give texts. Nothing else is a switch:
   to Jinja the text "false" would be true. #}
{% macro wrong_switch(macro_name, name, place, value) %}
    {%- do ringfence.wrong_flag(
        macro_name, name, "%s is '%s', which is neither on nor off" | format(place, value),
        'Write on, off, true, false, 1 or 0'
    ) -%}
{% endmacro %}


{# Whether the kill switch is thrown: by `kill` of the registry, the variable ringfence_kill or RINGFENCE_KILL, which
   are `all`, or names. #}
{% macro is_killed(macro_name, name, kill, killed, also_killed) %}
    {%- set text = kill | string | lower -%}
    {%- if text not in ['on', 'off', 'true', 'false', '1', '0'] -%}
        {%- do ringfence.wrong_switch(macro_name, name, 'kill', kill) -%}
    {%- elif text in ['on', 'true', '1'] -%}
        {{- return(true) -}}
    {%- endif -%}
    {%- for place, given in [('ringfence_kill', killed), ('RINGFENCE_KILL', also_killed)] if given -%}
        {%- set names = given.replace(',', ' ').split() if given is string else given -%}
        {%- if names is not sequence or names is mapping -%}
            {%- do ringfence.wrong_flag(
                macro_name, name, "%s is '%s', which names no flags" | format(place, given),
                'Write all, or names of flags'
            ) -%}
        {%- elif 'all' in names or name in names -%}
            {{- return(true) -}}
        {%- endif -%}
        {# Whoever throws a switch that is not there must hear of it. #}
        {%- for other in names if other not in var('ringfence_flags', {}) -%}
            {%- do ringfence.undeclared_flag(place, other) -%}
        {%- endfor -%}
    {%- endfor -%}
    {{- return(false) -}}
{% endmacro %}
