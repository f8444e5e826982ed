{% macro refuse_flag(macro_name, name, registry) %}
    {%- if registry is not mapping -%}
        {%- do ringfence.wrong_flag(
            macro_name, name, 'the variable ringfence_flags is no mapping',
            'Write ringfence_flags: {' ~ name ~ ': {description: ..., owner: ..., expires: 2027-01-31}}'
        ) -%}
    {%- endif -%}
    {%- do ringfence.undeclared_flag('ringfence.' ~ macro_name ~ ringfence.flag_place(), name) -%}
{% endmacro %}


{# What is wrong with an entry, or ''. The rule flag-malformed says the same without dbt. #}
{% macro flag_problem(name, entry) %}
    {%- if not modules.re.fullmatch('[a-z][a-z0-9_]*', name) -%}
        {{- return('its name must be small letters, digits and _, with a letter first') -}}
    {%- endif -%}
    {%- if entry is not mapping -%}
        {{- return('its entry must be a mapping') -}}
    {%- endif -%}
    {%- set known = [
        'description', 'owner', 'type', 'created', 'expires', 'permanent', 'default', 'by_target', 'rollout', 'kill',
        'meta'
    ] -%}
    {%- for key in entry if key not in known -%}
        {{- return("its entry has the unknown key '" ~ key ~ "'" ~ ringfence.did_you_mean(key, known)) -}}
    {%- endfor -%}
    {%- if entry.get('type', 'release') not in ['release', 'experiment', 'ops', 'permission'] -%}
        {{- return('its type must be release, experiment, ops or permission') -}}
    {%- endif -%}
    {%- if entry.get('permanent', false) is not boolean -%}
        {{- return('permanent must be true or false') -}}
    {%- endif -%}
    {%- if 'expires' not in entry and not entry.get('permanent') -%}
        {{- return('expires is missing, and it is not permanent') -}}
    {%- endif -%}
    {# A day as text, or the date that YAML makes of one without quotes. Only the last of a month takes a closer look. #}
    {%- for key in ['created', 'expires'] if key in entry -%}
        {%- set day = entry[key] | string -%}
        {%- if not modules.re.fullmatch('[12][0-9]{3}-(0[1-9]|1[0-2])-(0[1-9]|1[0-9]|2[0-8])', day)
            and not ringfence.is_end_of_month(day) -%}
            {{- return(key ~ ' must be a day such as 2027-01-31') -}}
        {%- endif -%}
    {%- endfor -%}
    {%- if (entry.get('by_target') or {}) is not mapping -%}
        {{- return('by_target must be a mapping from names of targets to on or off') -}}
    {%- endif -%}
    {{- return('' if entry.get('rollout') is none else ringfence.rollout_problem(entry['rollout'])) -}}
{% endmacro %}


{% macro rollout_problem(rollout) %}
    {%- if rollout is not mapping -%}
        {{- return('rollout must be a mapping') -}}
    {%- endif -%}
    {%- for key in rollout if key not in ['percent', 'key', 'salt'] -%}
        {{- return(
            "rollout has the unknown key '" ~ key ~ "'" ~ ringfence.did_you_mean(key, ['percent', 'key', 'salt'])
        ) -}}
    {%- endfor -%}
    {%- if 'percent' in rollout and not ringfence.is_percentage(rollout['percent']) -%}
        {{- return('rollout.percent must be a number from 0 to 100') -}}
    {%- endif -%}
    {%- for key in ['key', 'salt'] if key in rollout and (rollout[key] is not string or not rollout[key]) -%}
        {{- return('rollout.' ~ key ~ ' must be a text') -}}
    {%- endfor -%}
    {{- return('') -}}
{% endmacro %}


{# `not value < 0 or` would let through what is no number at all, which compares false with everything. #}
{% macro is_percentage(value) %}
    {{- return(value is number and value is not boolean and value >= 0 and value <= 100) -}}
{% endmacro %}


{# Whether a text is a day behind the 28th of its month. #}
{% macro is_end_of_month(text) %}
    {%- if not modules.re.fullmatch('[12][0-9]{3}-(0[1-9]|1[0-2])-(29|30|31)', text) -%}
        {{- return(false) -}}
    {%- endif -%}
    {%- set year, month, day = text[:4] | int, text[5:7] | int, text[8:] | int -%}
    {%- set is_leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0) -%}
    {{- return(day <= [31, 29 if is_leap else 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1]) -}}
{% endmacro %}


{% macro undeclared_flag(place, name) %}
    {%- set names = var('ringfence_flags', {}) or {} -%}
    {%- do exceptions.raise_compiler_error(
        place ~ ": there is no flag '" ~ name ~ "' in the variable ringfence_flags"
        ~ (ringfence.did_you_mean(name, names) or '.') ~ ' Declare it in dbt_project.yml, or mend the name.'
    ) -%}
{% endmacro %}


{% macro wrong_flag(macro_name, name, problem, way_out) %}
    {%- do exceptions.raise_compiler_error(
        'ringfence.' ~ macro_name ~ ringfence.flag_place() ~ ": flag '" ~ name ~ "': " ~ problem
        ~ ('' if problem.endswith('?') else '.') ~ ' ' ~ way_out ~ '.'
    ) -%}
{% endmacro %}


{# Hooks and operations are nodes to dbt too; a call by hand has none. #}
{% macro flag_place() %}
    {%- if model is defined and model and model.unique_id -%}
        {{- return(' in ' ~ model.unique_id) -}}
    {%- endif -%}
    {{- return('') -}}
{% endmacro %}
