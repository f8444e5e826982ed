{# The sum of row hashes as text. Never an exclusive or: a row that stands twice would cancel itself. Of hexadecimal
   hashes the sums of four times eight digits: they fit 64 bits up to two thousand million rows. #}
{% macro hash_sum(expression, portable=false) -%}
    {%- if ringfence.hash_is_text(portable) -%}
        {%- set sums = [] -%}
        {%- for start in [1, 9, 17, 25] -%}
            {%- set chunk = ringfence.hexadecimal_number('substr(' ~ expression ~ ', ' ~ start ~ ', 8)') -%}
            {%- do sums.extend(["'.'", 'coalesce(' ~ ringfence.as_text('sum(' ~ chunk ~ ')') ~ ", '0')"]) -%}
        {%- endfor -%}
        {{ dbt.concat(sums[1:]) }}
    {%- else -%}
        {#- Wide enough for the sum of all hashes of 64 bits. Sums of whole numbers are of 128 bits on DuckDB and numeric
            on PostgreSQL; on Spark a sum gets ten digits more than what it sums. -#}
        {%- set wide = {
            'duckdb': 'ubigint', 'postgres': 'bigint', 'spark': 'decimal(20, 0)', 'bigquery': 'bignumeric'
        }.get(ringfence.engine(), 'decimal(38, 0)') -%}
        coalesce({{ ringfence.as_text('sum(cast(' ~ expression ~ ' as ' ~ wide ~ '))') }}, '0')
    {%- endif -%}
{%- endmacro %}


{# A bigint of up to eight hexadecimal digits. #}
{% macro hexadecimal_number(expression) %}
    {{- return(adapter.dispatch('hexadecimal_number', 'ringfence')(expression)) -}}
{% endmacro %}


{% macro default__hexadecimal_number(expression) -%}
    (
    {%- for place in range(1, 9) -%}
        {%- set digit = 'substr(' ~ expression ~ ', ' ~ place ~ ', 1)' -%}
        {{ ' + ' if not loop.first -}}
        ({{ dbt.position(digit, "'0123456789abcdef'") }} - 1) * cast({{ 16 ** (8 - place) }} as {{ dbt.type_bigint() }})
    {%- endfor -%}
    )
{%- endmacro %}


{% macro duckdb__hexadecimal_number(expression) -%} cast('0x' || {{ expression }} as bigint) {%- endmacro %}


{% macro postgres__hexadecimal_number(expression) -%}
    cast(cast('x' || {{ expression }} as bit(32)) as bigint)
{%- endmacro %}


{% macro redshift__hexadecimal_number(expression) -%} strtol({{ expression }}, 16) {%- endmacro %}


{% macro spark__hexadecimal_number(expression) -%} cast(conv({{ expression }}, 16, 10) as bigint) {%- endmacro %}


{% macro trino__hexadecimal_number(expression) -%} from_base({{ expression }}, 16) {%- endmacro %}


{# The version that native hashes are bound to; an SQL expression. Of Spark the number without the commit. #}
{% macro engine_version() %}
    {{- return({
        'duckdb': 'version()', 'postgres': "current_setting('server_version')", 'redshift': 'version()',
        'spark': "split(version(), ' ')[0]", 'snowflake': 'current_version()'
    }.get(ringfence.engine(), "'unversioned'")) -}}
{% endmacro %}
