{% macro refuse_flag(macro_name, name, registry) %}
    {%- if registry is not mapping -%}
        {%- do ringfence.wrong_flag(
            macro_name, name, 'the variable ringfence_flags is no mapping',
            'Write ringfence_flags: {%s: {description: ..., owner: ..., expires: 2027-01-31}}' | format(name)
        ) -%}
    {%- endif -%}
    {%- do ringfence.undeclared_flag('ringfence.' ~ macro_name ~ ringfence.flag_place(), name) -%}
{% endmacro %}


{# What is wrong with an entry, or ''. The rule flag-malformed says the same without dbt. #}
{% macro flag_problem(name, entry) %}
    {%- set entries = entry if entry is mapping else {} -%}
    {%- set known = 'description owner type created expires permanent default by_target rollout kill meta'.split() -%}
    {%- set unknown = entries | reject('in', known) | list -%}
    {%- set undated = [] -%}
    {# A day as text, or the date that YAML makes of one without quotes. A year of 29 days in February goes by 4, and by
       400 where it goes by 100. #}
    {%- for key in ['created', 'expires'] if key in entries and not modules.re.fullmatch(
        '[12][0-9]{3}-((0[1-9]|1[0-2])-(0[1-9]|1[0-9]|2[0-8])|(0[13-9]|1[0-2])-(29|30)|(0[13578]|1[02])-31)'
        ~ '|(1[26]00|2[048]00|[12][0-9](0[48]|[2468][048]|[13579][26]))-02-29', entries[key] | string
    ) -%}
        {%- do undated.append(key) -%}
    {%- endfor -%}
    {%- if not modules.re.fullmatch('[a-z][a-z0-9_]*', name) -%}
        its name must be small letters, digits and _, with a letter first
    {%- elif entry is not mapping -%}
        its entry must be a mapping
    {%- elif unknown -%}
        its entry has the unknown key '{{ unknown[0] }}'{{ ringfence.did_you_mean(unknown[0], known) }}
    {%- elif entry.get('type', 'release') not in ['release', 'experiment', 'ops', 'permission'] -%}
        its type must be release, experiment, ops or permission
    {%- elif entry.get('permanent', false) is not boolean -%}
        permanent must be true or false
    {%- elif 'expires' not in entry and not entry.get('permanent') -%}
        expires is missing, and it is not permanent
    {%- elif undated -%}
        {{ undated[0] }} must be a day such as 2027-01-31
    {%- elif (entry.get('by_target') or {}) is not mapping -%}
        by_target must be a mapping from names of targets to on or off
    {%- elif entry.get('rollout') is not none -%}
        {{ ringfence.rollout_problem(entry['rollout']) }}
    {%- endif -%}
{% endmacro %}


{% macro rollout_problem(rollout) %}
    {%- set settings = rollout if rollout is mapping else {} -%}
    {%- set known = ['percent', 'key', 'salt'] -%}
    {%- set unknown = settings | reject('in', known) | list -%}
    {%- set unnamed = [] -%}
    {%- for key in ['key', 'salt'] if key in settings and (settings[key] is not string or not settings[key]) -%}
        {%- do unnamed.append(key) -%}
    {%- endfor -%}
    {%- if rollout is not mapping -%}
        rollout must be a mapping
    {%- elif unknown -%}
        rollout has the unknown key '{{ unknown[0] }}'{{ ringfence.did_you_mean(unknown[0], known) }}
    {%- elif not ringfence.is_percentage(settings.get('percent', 0)) -%}
        rollout.percent must be a number from 0 to 100
    {%- elif unnamed -%}
        rollout.{{ unnamed[0] }} must be a text
    {%- endif -%}
{% endmacro %}


{# `not value < 0 or` would let through what is no number at all, which compares false with everything. #}
{% macro is_percentage(value) %}
    {{- return(value is number and value is not boolean and value >= 0 and value <= 100) -}}
{% endmacro %}


{% macro undeclared_flag(place, name) %}
    {%- set near = ringfence.did_you_mean(name, var('ringfence_flags', {}) or {}) or '.' -%}
    {%- do exceptions.raise_compiler_error(
        "%s: there is no flag '%s' in the variable ringfence_flags%s Declare it in dbt_project.yml, or mend the name."
        | format(place, name, near)
    ) -%}
{% endmacro %}


{% macro wrong_flag(macro_name, name, problem, way_out) %}
    {%- set stop = '' if problem.endswith('?') else '.' -%}
    {%- do exceptions.raise_compiler_error("ringfence.%s%s: flag '%s': %s%s %s." | format(
        macro_name, ringfence.flag_place(), name, problem, stop, way_out
    )) -%}
{% endmacro %}


{# Hooks and operations are nodes to dbt too; a call by hand has none. #}
{% macro flag_place() %}
    {{- ' in ' ~ model.unique_id if model is defined and model and model.unique_id else '' -}}
{% endmacro %}
