{# What decides a flag, strongest first: the kill switch, --vars, the environment, by_target, default.
   `is_forced`: by --vars or the environment, so that a percentage has no say. #}
{% macro flag_state(macro_name, name) %}
    {%- set entry = ringfence.flag_entry(macro_name, name) -%}
    {%- if ringfence.is_killed(macro_name, name, entry) -%}
        {{- return({'is_on': false, 'is_forced': true, 'decided_by': 'kill switch', 'entry': entry}) -}}
    {%- endif -%}
    {%- set variable = 'ringfence_flag__' ~ name -%}
    {%- set given = [
        ('--vars', variable, var(variable, none)),
        ('environment', variable | upper, env_var(variable | upper, '') or none)
    ] -%}
    {%- for decided_by, place, value in given if value is not none -%}
        {%- set is_on = ringfence.flag_switch(macro_name, name, place, value) -%}
        {{- return({'is_on': is_on, 'is_forced': true, 'decided_by': decided_by, 'entry': entry}) -}}
    {%- endfor -%}
    {%- set by_target = entry.get('by_target') or {} -%}
    {%- set decided_by = 'by_target' if target.name in by_target else 'default' -%}
    {%- set value = by_target[target.name] if target.name in by_target else entry.get('default', false) -%}
    {%- set is_on = ringfence.flag_switch(macro_name, name, decided_by, value) -%}
    {{- return({'is_on': is_on, 'is_forced': false, 'decided_by': decided_by, 'entry': entry}) -}}
{% endmacro %}


{# YAML reads a plain `on` as true, a quoted one and the environment give texts. Nothing else is a switch:
   to Jinja the text "false" would be true. #}
{% macro flag_switch(macro_name, name, place, value) %}
    {%- set text = value | string | lower -%}
    {%- if text not in ['on', 'off', 'true', 'false', '1', '0'] -%}
        {%- do ringfence.wrong_flag(
            macro_name, name, place ~ " is '" ~ value ~ "', which is neither on nor off",
            'Write on, off, true, false, 1 or 0'
        ) -%}
    {%- endif -%}
    {{- return(text in ['on', 'true', '1']) -}}
{% endmacro %}


{# Thrown by `kill: true` in the registry, by the variable ringfence_kill or by RINGFENCE_KILL: `all`, or names. #}
{% macro is_killed(macro_name, name, entry) %}
    {%- if ringfence.flag_switch(macro_name, name, 'kill', entry.get('kill', false)) -%}
        {{- return(true) -}}
    {%- endif -%}
    {%- for place, given in [
        ('ringfence_kill', var('ringfence_kill', none)), ('RINGFENCE_KILL', env_var('RINGFENCE_KILL', ''))
    ] if given -%}
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
