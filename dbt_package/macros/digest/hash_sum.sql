{# The sum of row hashes as text. Never an exclusive or: a row that stands twice would cancel itself. Of hexadecimal
   hashes the sums of four times eight digits: they fit 64 bits up to two thousand million rows. #}
{% macro hash_sum(expression, portable=false) %}
    {%- if not ringfence.hash_is_text(portable) -%}
        {{- return("coalesce(" ~ ringfence.as_text(
            'sum(cast(' ~ expression ~ ' as ' ~ ringfence.type_wide_number() ~ '))'
        ) ~ ", '0')") -}}
    {%- endif -%}
    {%- set sums = [] -%}
    {%- for start in [1, 9, 17, 25] -%}
        {%- set chunk = ringfence.hexadecimal_number('substr(' ~ expression ~ ', ' ~ start ~ ', 8)') -%}
        {%- do sums.append("coalesce(" ~ ringfence.as_text('sum(' ~ chunk ~ ')') ~ ", '0')") -%}
        {%- do sums.append("'.'") -%}
    {%- endfor -%}
    {{- return(dbt.concat(sums[:-1])) -}}
{% endmacro %}


{# Wide enough for the sum of all hashes of 64 bits. #}
{% macro type_wide_number() %}
    {{- return(adapter.dispatch('type_wide_number', 'ringfence')()) -}}
{% endmacro %}


{% macro default__type_wide_number() %}
    {{- return('decimal(38, 0)') -}}
{% endmacro %}


{# Sums of whole numbers are of 128 bits already. #}
{% macro duckdb__type_wide_number() %}
    {{- return('ubigint') -}}
{% endmacro %}


{# Sums of bigint are numeric already. #}
{% macro postgres__type_wide_number() %}
    {{- return('bigint') -}}
{% endmacro %}


{# A sum gets ten digits more than what it sums. #}
{% macro spark__type_wide_number() %}
    {{- return('decimal(20, 0)') -}}
{% endmacro %}


{% macro bigquery__type_wide_number() %}
    {{- return('bignumeric') -}}
{% endmacro %}


{# A bigint of up to eight hexadecimal digits. #}
{% macro hexadecimal_number(expression) %}
    {{- return(adapter.dispatch('hexadecimal_number', 'ringfence')(expression)) -}}
{% endmacro %}


{% macro default__hexadecimal_number(expression) %}
    {%- set digits = [] -%}
    {%- for place in range(1, 9) -%}
        {%- do digits.append(
            '(' ~ dbt.position('substr(' ~ expression ~ ', ' ~ place ~ ', 1)', "'0123456789abcdef'")
            ~ ' - 1) * cast(' ~ 16 ** (8 - place) ~ ' as ' ~ dbt.type_bigint() ~ ')'
        ) -%}
    {%- endfor -%}
    {{- return('(' ~ digits | join(' + ') ~ ')') -}}
{% endmacro %}


{% macro duckdb__hexadecimal_number(expression) %}
    {{- return("cast('0x' || " ~ expression ~ ' as bigint)') -}}
{% endmacro %}


{% macro postgres__hexadecimal_number(expression) %}
    {{- return("cast(cast('x' || " ~ expression ~ ' as bit(32)) as bigint)') -}}
{% endmacro %}


{% macro redshift__hexadecimal_number(expression) %}
    {{- return('strtol(' ~ expression ~ ', 16)') -}}
{% endmacro %}


{% macro spark__hexadecimal_number(expression) %}
    {{- return('cast(conv(' ~ expression ~ ', 16, 10) as bigint)') -}}
{% endmacro %}


{% macro trino__hexadecimal_number(expression) %}
    {{- return('from_base(' ~ expression ~ ', 16)') -}}
{% endmacro %}


{# The version that native hashes are bound to; an SQL expression. #}
{% macro engine_version() %}
    {{- return(adapter.dispatch('engine_version', 'ringfence')()) -}}
{% endmacro %}


{% macro default__engine_version() %}
    {{- return("'unversioned'") -}}
{% endmacro %}


{% macro duckdb__engine_version() %}
    {{- return('version()') -}}
{% endmacro %}


{% macro postgres__engine_version() %}
    {{- return("current_setting('server_version')") -}}
{% endmacro %}


{% macro redshift__engine_version() %}
    {{- return('version()') -}}
{% endmacro %}


{# The number without the commit. #}
{% macro spark__engine_version() %}
    {{- return("split(version(), ' ')[0]") -}}
{% endmacro %}


{% macro snowflake__engine_version() %}
    {{- return('current_version()') -}}
{% endmacro %}
