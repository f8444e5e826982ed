{# A subquery: the rows of `on` whose key is in the bucket, those of `off` for all other keys and for NULL.
   A key is on one side or the other, never on both or on none. #}
{% macro rollout(name, off=none, on=none, key=none, percent=none) %}
    {{- adapter.dispatch('rollout', 'ringfence')(name, off, on, key, percent) -}}
{% endmacro %}


{% macro default__rollout(name, off, on, key, percent) %}
    {%- do ringfence.require_sides('rollout', name, off, on) -%}
    {%- set state = ringfence.flag_state('rollout', name) -%}
    {%- set settings = state.entry.get('rollout') or {} -%}
    {%- set column = key if key is not none else settings.get('key') -%}
    {%- set wanted = percent if percent is not none else settings.get('percent') -%}
    {%- if column is not string or not column -%}
        {%- do ringfence.wrong_flag('rollout', name, 'key is missing', "Write key='name_of_the_column'") -%}
    {%- endif -%}
    {%- if not ringfence.is_percentage(wanted) -%}
        {%- do ringfence.wrong_flag('rollout', name, 'percent must be a number from 0 to 100', 'Write percent=25') -%}
    {%- endif -%}
    {%- set share = (100 if state.is_forced else wanted) if state.is_on else 0 -%}
    {%- do ringfence.leave_evidence(name, share ~ '%') -%}
    {%- set bucket = ringfence.bucket(ringfence.quoted(column), settings.get('salt', name), share) -%}
    {%- set columns = ringfence.common_columns(name, off, on) -%}
(
    select {{ columns }} from {{ off }} where {{ bucket.outside }}
    union all
    select {{ columns }} from {{ on }} where {{ bucket.inside }}
)
{%- endmacro %}


{# Two conditions of which each key meets one: `inside` the bucket, or `outside` as NULL is. The first eight digits of
   the hash are compared as texts of one length, in which digits stand before letters in every collation: no engine need
   read hexadecimal numbers. hooks/ringfence/domain/bucket.py says the same in Python. #}
{% macro bucket(key, salt, percent) %}
    {%- if percent <= 0 -%}
        {{- return({'inside': '1 = 0', 'outside': '1 = 1'}) -}}
    {%- elif percent >= 100 -%}
        {{- return({'inside': key ~ ' is not null', 'outside': key ~ ' is null'}) -}}
    {%- endif -%}
    {%- set salted = dbt.concat([ringfence.text_literal(salt ~ ':'), ringfence.as_text(key)]) -%}
    {%- set parts = [key, ringfence.md5_hex(salted), '%08x' | format((percent * 4294967296 / 100) | int)] -%}
    {{- return({
        'inside': "%s is not null and substr(%s, 1, 8) < '%s'" | format(*parts),
        'outside': "%s is null or substr(%s, 1, 8) >= '%s'" | format(*parts)
    }) -}}
{% endmacro %}


{# The md5 of a text's UTF-8 bytes as 32 small hexadecimal digits. #}
{% macro md5_hex(text) %}{{ adapter.dispatch('md5_hex', 'ringfence')(text) }}{% endmacro %}


{% macro default__md5_hex(text) %}md5({{ text }}){% endmacro %}


{% macro bigquery__md5_hex(text) %}to_hex(md5({{ text }})){% endmacro %}


{% macro trino__md5_hex(text) %}lower(to_hex(md5(to_utf8({{ text }})))){% endmacro %}


{# The columns of `off`, for both sides: a union goes by position, and two tables that order theirs otherwise would be
   mixed up. `*` where they cannot be looked up: while dbt parses, for an ephemeral model, for the name of a CTE. #}
{% macro common_columns(name, off, on) %}
    {%- set sides = [] -%}
    {%- for side in [off, on] if execute and side is not string and side.identifier and not side.is_cte -%}
        {%- set held = adapter.get_relation(side.database, side.schema, side.identifier) -%}
        {%- if held is not none -%}
            {%- do sides.append(adapter.get_columns_in_relation(held) | map(attribute='name') | list) -%}
        {%- endif -%}
    {%- endfor -%}
    {%- if sides | length < 2 -%}
        {{- return('*') -}}
    {%- endif -%}
    {%- set here, there = sides -%}
    {%- set only = here | reject('in', there) | list + there | reject('in', here) | list -%}
    {%- if only -%}
        {%- do ringfence.wrong_flag(
            'rollout', name, 'one side alone has ' ~ only | join(', '), 'Give both sides the same columns'
        ) -%}
    {%- endif -%}
    {%- for column in here -%}
        {{ ringfence.quoted(column) }}{{ ', ' if not loop.last }}
    {%- endfor -%}
{% endmacro %}
