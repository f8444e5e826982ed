{# An SQL expression: one value for the fields of a row, in this order. Equal rows have equal hashes, NULL counts, and
   no field runs into the next one.

   columns: a list of names, or of {name, type} as columns_of() gives them, or of dbt's own columns. With types, values
     that are equal in SQL and differ in text (-0 and 0, one instant in two zones) are hashed alike on every adapter.
   portable: the same 32 hexadecimal digits on DuckDB, PostgreSQL and Spark; needs types. Without it a hash of the
     engine's own, of 64 bits as a rule, that is comparable on this engine and version only. #}
{% macro row_hash(columns, portable=false) %}
    {%- set typed = ringfence.typed_columns('row_hash', columns) -%}
    {%- if portable -%}
        {{- return(ringfence.portable_row_hash(typed)) -}}
    {%- endif -%}
    {{- return(adapter.dispatch('row_hash', 'ringfence')(typed)) -}}
{% endmacro %}


{# Of each column: its SQL expression and its type, none where it is not known. #}
{% macro typed_columns(macro_name, columns) %}
    {%- if not ringfence.is_list(columns) or not columns -%}
        {%- do ringfence.wrong_use(
            macro_name, "columns must be a list of columns, not '" ~ columns ~ "'", "Write ['order_id', 'amount']"
        ) -%}
    {%- endif -%}
    {%- set typed = [] -%}
    {%- for column in columns -%}
        {%- if column is string -%}
            {%- do typed.append({'expression': ringfence.quoted(column), 'type': none, 'name': column}) -%}
        {%- elif column is mapping -%}
            {%- do typed.append({
                'expression': column.expression or ringfence.quoted(column.name), 'type': column.type,
                'name': column.name
            }) -%}
        {%- elif column.data_type -%}
            {%- do typed.append({
                'expression': ringfence.quoted(column.name), 'type': column.data_type, 'name': column.name
            }) -%}
        {%- else -%}
            {%- do ringfence.wrong_use(
                macro_name, "'" ~ column ~ "' is no column", "Write names: ['order_id', 'amount']"
            ) -%}
        {%- endif -%}
    {%- endfor -%}
    {{- return(typed) -}}
{% endmacro %}


{% macro portable_row_hash(typed) %}
    {%- set fields = [] -%}
    {%- for column in typed -%}
        {%- set field = ringfence.canonical_field(column.expression, column.type) if column.type else none -%}
        {%- if field is none -%}
            {%- do ringfence.wrong_use(
                'row_hash', 'no portable hash is made of column ' ~ column.name ~ ' of type '
                ~ (column.type or 'unknown') ~ ' on ' ~ target.type,
                'Exclude it, cast it in a model, or leave portable out'
            ) -%}
        {%- endif -%}
        {%- do fields.append(field) -%}
    {%- endfor -%}
    {{- return(ringfence.portable_text_hash(dbt.concat(fields) if fields | length > 1 else fields[0])) -}}
{% endmacro %}


{% macro portable_text_hash(text) %}
    {{- return(adapter.dispatch('portable_text_hash', 'ringfence')(text)) -}}
{% endmacro %}


{% macro default__portable_text_hash(text) %}
    {{- return('md5(' ~ text ~ ')') -}}
{% endmacro %}


{# Hashed are the bytes of UTF-8, whatever the encoding of the database. #}
{% macro postgres__portable_text_hash(text) %}
    {{- return('md5(convert_to(' ~ text ~ ", 'UTF8'))") -}}
{% endmacro %}


{# md5 of fields that carry their length: without it 'a' and 'bc' would be 'ab' and 'c'. #}
{% macro default__row_hash(typed) %}
    {%- set fields = [] -%}
    {%- for column in typed -%}
        {%- set text = ringfence.as_text(column.expression) -%}
        {%- do fields.append(
            'coalesce(' ~ dbt.concat([ringfence.as_text('length(' ~ text ~ ')'), "':'", text]) ~ ", 'N')"
        ) -%}
    {%- endfor -%}
    {{- return(dbt.hash(dbt.concat(fields) if fields | length > 1 else fields[0])) -}}
{% endmacro %}


{# The outer hash mixes what is linear in the last column, so that values swapped between two rows change the sum.
   DuckDB hashes 128-bit numbers as the halves' exclusive or (0 and -1 are alike), intervals likewise, and [], [NULL]
   and NULL alike: all those are hashed as texts. #}
{% macro duckdb__row_hash(typed) %}
    {%- set inputs = [] -%}
    {%- for column in typed -%}
        {%- set text = ringfence.as_text(column.expression) -%}
        {%- if column.type is none -%}
            {#- typeof() is a constant to the planner: only the types concerned pay. -#}
            {%- do inputs.append(column.expression) -%}
            {%- do inputs.append(
                'case when typeof(' ~ column.expression ~ ") not in ('" ~ ringfence.duckdb_hashed_types() | join("', '")
                ~ "') then " ~ text ~ ' end'
            ) -%}
        {%- else -%}
            {%- do inputs.append(column.expression if ringfence.duckdb_hashes(column.type) else text) -%}
        {%- endif -%}
    {%- endfor -%}
    {{- return('hash(hash(' ~ inputs | join(', ') ~ '))') -}}
{% endmacro %}


{% macro duckdb_hashed_types() %}
    {{- return([
        'BOOLEAN', 'TINYINT', 'SMALLINT', 'INTEGER', 'BIGINT', 'UTINYINT', 'USMALLINT', 'UINTEGER', 'UBIGINT', 'FLOAT',
        'DOUBLE', 'VARCHAR', 'BLOB', 'DATE', 'TIME', 'TIMESTAMP', 'TIMESTAMP_S', 'TIMESTAMP_MS', 'TIMESTAMP_NS',
        'TIMESTAMP WITH TIME ZONE', 'JSON'
    ]) -}}
{% endmacro %}


{# A decimal of up to 18 digits is a 64-bit number. #}
{% macro duckdb_hashes(type) %}
    {%- set decimal = modules.re.match('^DECIMAL\\(([0-9]+),', type) -%}
    {{- return(type in ringfence.duckdb_hashed_types() or (decimal and decimal.group(1) | int <= 18)) -}}
{% endmacro %}


{# Of the text of the whole row, which quotes its fields: the hash functions of the types themselves forget the sign of
   a numeric and hash 1 and 4294967296 alike. #}
{% macro postgres__row_hash(typed) %}
    {%- set inputs = [] -%}
    {%- for column in typed -%}
        {%- do inputs.append(ringfence.postgres_row_input(column.expression, column.type)) -%}
    {%- endfor -%}
    {{- return('hashtextextended(cast(row(' ~ inputs | join(', ') ~ ') as text), 0)') -}}
{% endmacro %}


{% macro postgres_row_input(expression, type) %}
    {%- set family = ringfence.column_family(type) if type else 'other' -%}
    {%- if family == 'float' -%}
        {#- Its bits: how many digits its text has is a setting of the session. -#}
        {{- return(ringfence.canonical_value(expression, type)) -}}
    {%- elif family == 'number' and ringfence.decimal_scale(type) is none -%}
        {{- return('trim_scale(' ~ expression ~ ')') -}}
    {%- elif family == 'instant' -%}
        {{- return('(' ~ expression ~ " at time zone 'UTC')") -}}
    {%- endif -%}
    {{- return(expression) -}}
{% endmacro %}


{% macro redshift__row_hash(typed) %}
    {{- return(ringfence.default__row_hash(typed)) -}}
{% endmacro %}


{# xxhash64 passes over NULL, so each value follows a flag that says whether it is one; nested values go as texts, since
   [[1], [2]] and [[1, 2]] would be alike, and maps it refuses. #}
{% macro spark__row_hash(typed) %}
    {%- set inputs = [] -%}
    {%- for column in typed -%}
        {%- do inputs.append('isnull(' ~ column.expression ~ ')') -%}
        {%- do inputs.append(ringfence.spark_hash_input(column.expression, column.type)) -%}
    {%- endfor -%}
    {{- return('xxhash64(' ~ inputs | join(', ') ~ ')') -}}
{% endmacro %}


{% macro spark_hash_input(expression, type) %}
    {%- set options = "'ignoreNullFields', 'false', 'timestampFormat', 'yyyy-MM-dd HH:mm:ss.SSSSSSXXX',"
        ~ " 'timestampNTZFormat', 'yyyy-MM-dd HH:mm:ss.SSSSSS'" -%}
    {%- set as_json = 'to_json(struct(' ~ expression ~ ' as value), map(' ~ options ~ '))' -%}
    {%- if not type -%}
        {{- return(
            'case when typeof(' ~ expression ~ ") rlike '^(array|map|struct)' then " ~ as_json ~ ' else '
            ~ ringfence.as_text(expression) ~ ' end'
        ) -}}
    {%- endif -%}
    {%- if ringfence.column_family(type) in ['list', 'struct', 'map'] -%}
        {{- return(ringfence.canonical_value(expression, type) or as_json) -}}
    {%- endif -%}
    {{- return(expression) -}}
{% endmacro %}


{% macro snowflake__row_hash(typed) %}
    {{- return('hash(hash(' ~ typed | map(attribute='expression') | join(', ') ~ '))') -}}
{% endmacro %}


{# Fields get names of ours: a struct with two of one name is refused. #}
{% macro bigquery__row_hash(typed) %}
    {%- set fields = [] -%}
    {%- for column in typed -%}
        {%- do fields.append(column.expression ~ ' as field_' ~ loop.index) -%}
    {%- endfor -%}
    {{- return('farm_fingerprint(to_json_string(struct(' ~ fields | join(', ') ~ ')))') -}}
{% endmacro %}


{# Whether row_hash gives hexadecimal digits rather than a number. #}
{% macro hash_is_text(portable=false) %}
    {{- return(portable or adapter.dispatch('hash_is_text', 'ringfence')()) -}}
{% endmacro %}


{% macro default__hash_is_text() %}
    {{- return(true) -}}
{% endmacro %}


{% macro duckdb__hash_is_text() %}
    {{- return(false) -}}
{% endmacro %}


{% macro postgres__hash_is_text() %}
    {{- return(false) -}}
{% endmacro %}


{% macro redshift__hash_is_text() %}
    {{- return(true) -}}
{% endmacro %}


{% macro spark__hash_is_text() %}
    {{- return(false) -}}
{% endmacro %}


{% macro snowflake__hash_is_text() %}
    {{- return(false) -}}
{% endmacro %}


{% macro bigquery__hash_is_text() %}
    {{- return(false) -}}
{% endmacro %}
