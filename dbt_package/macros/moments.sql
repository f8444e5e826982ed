{# Moments are compared as seconds since 1970 in UTC, so that no time zone of a session takes part. #}
{% macro epoch(expression) %}{{ adapter.dispatch('epoch', 'ringfence')(expression) }}{% endmacro %}


{% macro default__epoch(expression) %}extract(epoch from {{ expression }}){% endmacro %}


{% macro snowflake__epoch(expression) %}date_part(epoch_second, {{ expression }}){% endmacro %}


{% macro bigquery__epoch(expression) %}unix_seconds(timestamp({{ expression }})){% endmacro %}


{% macro spark__epoch(expression) %}unix_timestamp(cast({{ expression }} as timestamp)){% endmacro %}


{% macro trino__epoch(expression) %}to_unixtime({{ expression }}){% endmacro %}


{% macro epoch_now() %}{{ adapter.dispatch('epoch_now', 'ringfence')() }}{% endmacro %}


{% macro default__epoch_now() %}{{ ringfence.epoch('current_timestamp') }}{% endmacro %}


{# Redshift has no current_timestamp with a zone on its compute nodes; getdate() is UTC. #}
{% macro redshift__epoch_now() %}{{ ringfence.epoch('getdate()') }}{% endmacro %}


{% macro bigquery__epoch_now() %}unix_seconds(current_timestamp()){% endmacro %}


{% macro spark__epoch_now() %}unix_timestamp(current_timestamp()){% endmacro %}


{# A text as a moment. An offset that it ends with counts; a text without one is in the zone. #}
{% macro text_as_moment(expression, timezone) %}
    {{- adapter.dispatch('text_as_moment', 'ringfence')(expression, timezone or 'UTC') -}}
{% endmacro %}


{% macro default__text_as_moment(expression, timezone) %}cast({{ expression }} as timestamp){% endmacro %}


{# A cast to timestamp drops the offset there, and one to a moment with zone takes the zone of the session. #}
{% macro duckdb__text_as_moment(expression, timezone) -%}
    cast(case when not contains({{ expression }}, ':')
        then {{ expression }} || {{ ringfence.text_literal(' 00:00:00 ' ~ timezone) }}
    when regexp_matches({{ expression }}, '(Z|[0-9][+-][0-9]{2}(:?[0-9]{2})?)$') then {{ expression }}
    else {{ expression }} || {{ ringfence.text_literal(' ' ~ timezone) }} end as timestamp with time zone)
{%- endmacro %}


{# As above: https://www.postgresql.org/docs/current/datatype-datetime.html#DATATYPE-DATETIME-INPUT-TIMESTAMPS #}
{% macro postgres__text_as_moment(expression, timezone) -%}
    cast(case when {{ expression }} ~ '(Z|[0-9][+-][0-9]{2}(:?[0-9]{2})?)$' and {{ expression }} ~ ':'
        then {{ expression }}
    else {{ expression }} || {{ ringfence.text_literal(' ' ~ timezone) }} end as timestamp with time zone)
{%- endmacro %}


{# A moment without zone, taken as local time of a zone. #}
{% macro in_zone(expression, timezone) %}
    {{- adapter.dispatch('in_zone', 'ringfence')(expression, ringfence.text_literal(timezone)) -}}
{% endmacro %}


{% macro default__in_zone(expression, timezone) %}({{ expression }} at time zone {{ timezone }}){% endmacro %}


{% macro snowflake__in_zone(expression, timezone) -%}
    convert_timezone({{ timezone }}, 'UTC', {{ expression }})
{%- endmacro %}


{% macro bigquery__in_zone(expression, timezone) %}timestamp(datetime({{ expression }}), {{ timezone }}){% endmacro %}


{% macro spark__in_zone(expression, timezone) %}to_utc_timestamp({{ expression }}, {{ timezone }}){% endmacro %}
