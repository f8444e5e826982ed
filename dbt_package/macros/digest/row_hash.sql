{# An SQL expression: one value for the fields of a row, in this order. Equal rows have equal hashes, NULL counts, and
   no field runs into the next one.

   columns: a list of names, or of {name, type} as columns_of() gives them, or of dbt's own columns. With types, values
     that are equal in SQL and differ in text (-0 and 0, one instant in two zones) are hashed alike on every adapter.
   portable: the same 32 hexadecimal digits on DuckDB, PostgreSQL and Spark; needs types. Without it a hash of the
     engine's own, of 64 bits as a rule, that is comparable on this engine and version only. #}
{% macro row_hash(columns, portable=false) %}
    {%- set typed = ringfence.typed_columns('row_hash', columns) -%}
    {%- do return(ringfence.portable_row_hash(typed)) if portable -%}
    {{- return(adapter.dispatch('row_hash', 'ringfence')(typed)) -}}
{% endmacro %}


{# Of each column: its SQL expression and its type, none where it is not known. #}
{% macro typed_columns(macro_name, columns) %}
    {%- do ringfence.wrong_use(
        macro_name, "columns must be a list of columns, not '" ~ columns ~ "'", "Write ['order_id', 'amount']"
    ) if not ringfence.is_list(columns) or not columns -%}
    {%- set typed = [] -%}
    {%- for given in columns -%}
        {%- set column = {'name': given} if given is string else given -%}
        {%- do ringfence.wrong_use(
            macro_name, "'" ~ column ~ "' is no column", "Write names: ['order_id', 'amount']"
        ) if column is not mapping and not column.data_type -%}
        {%- do typed.append({
            'expression': column.expression or ringfence.quoted(column.name), 'name': column.name,
            'type': column.type or column.data_type or none
        }) -%}
    {%- endfor -%}
    {{- return(typed) -}}
{% endmacro %}


{% macro portable_row_hash(typed) %}
    {%- set fields = [] -%}
    {%- for column in typed -%}
        {%- set field = ringfence.canonical_field(column.expression, column.type) if column.type -%}
        {%- do ringfence.wrong_use(
            'row_hash', 'no portable hash is made of column ' ~ column.name ~ ' of type '
            ~ (column.type or 'unknown') ~ ' on ' ~ target.type,
            'Exclude it, cast it in a model, or leave portable out'
        ) if not field -%}
        {%- do fields.append(field) -%}
    {%- endfor -%}
    {{- return(adapter.dispatch('portable_text_hash', 'ringfence')(ringfence.joined(fields))) -}}
{% endmacro %}


{% macro default__portable_text_hash(text) -%} md5({{ text }}) {%- endmacro %}


{# Hashed are the bytes of UTF-8, whatever the encoding of the database. #}
{% macro postgres__portable_text_hash(text) -%} md5(convert_to({{ text }}, 'UTF8')) {%- endmacro %}


{# md5 of fields that carry their length: without it 'a' and 'bc' would be 'ab' and 'c'. #}
{% macro default__row_hash(typed) %}
    {%- set fields = [] -%}
    {%- for column in typed -%}
        {%- set text = ringfence.as_text(column.expression) -%}
        {%- set length = ringfence.as_text('length(' ~ text ~ ')') -%}
        {%- do fields.append('coalesce(' ~ dbt.concat([length, "':'", text]) ~ ", 'N')") -%}
    {%- endfor -%}
    {{- return(dbt.hash(ringfence.joined(fields))) -}}
{% endmacro %}


{# The outer hash mixes what is linear in the last column, so that values swapped between two rows change the sum.
   DuckDB hashes 128-bit numbers as the halves' exclusive or (0 and -1 are alike), intervals likewise, and [], [NULL]
   and NULL alike: all those are hashed as texts. #}
{% macro duckdb__row_hash(typed) -%}
    {%- set hashed = 'BOOLEAN,TINYINT,SMALLINT,INTEGER,BIGINT,UTINYINT,USMALLINT,UINTEGER,UBIGINT,FLOAT,DOUBLE,VARCHAR,'
        ~ 'BLOB,DATE,TIME,TIMESTAMP,TIMESTAMP_S,TIMESTAMP_MS,TIMESTAMP_NS,TIMESTAMP WITH TIME ZONE,JSON' -%}
    hash(hash(
    {%- for column in typed -%}
        {{ ', ' if not loop.first }}
        {%- if column.type is none -%}
            {#- typeof() is a constant to the planner: only the types concerned pay. -#}
            {{ column.expression }}, case
                when typeof({{ column.expression }}) not in ('{{ hashed | replace(',', "', '") }}')
                    then {{ ringfence.as_text(column.expression) }}
            end
        {%- elif column.type in hashed.split(',') or modules.re.match('DECIMAL\\(([0-9]|1[0-8]),', column.type) -%}
            {#- A decimal of up to 18 digits is a 64-bit number. -#}
            {{ column.expression }}
        {%- else -%}
            {{ ringfence.as_text(column.expression) }}
        {%- endif -%}
    {%- endfor -%}
    ))
{%- endmacro %}


{# Of the text of the whole row, which quotes its fields: the hash functions of the types themselves forget the sign of
   a numeric and hash 1 and 4294967296 alike. #}
{% macro postgres__row_hash(typed) -%}
    hashtextextended(cast(row(
    {%- for column in typed -%}
        {{ ', ' if not loop.first }}
        {%- set family = ringfence.column_family(column.type) if column.type -%}
        {%- if family == 'float' -%}
            {#- Its bits: how many digits its text has is a setting of the session. -#}
            {{ ringfence.canonical_value(column.expression, column.type) }}
        {%- elif family == 'number' and ringfence.decimal_scale(column.type) is none -%}
            trim_scale({{ column.expression }})
        {%- elif family == 'instant' -%}
            ({{ column.expression }} at time zone 'UTC')
        {%- else -%}
            {{ column.expression }}
        {%- endif -%}
    {%- endfor -%}
    ) as text), 0)
{%- endmacro %}


{% macro redshift__row_hash(typed) %}
    {{- return(ringfence.default__row_hash(typed)) -}}
{% endmacro %}


{# xxhash64 passes over NULL, so each value follows a flag that says whether it is one; nested values go as texts, since
   [[1], [2]] and [[1, 2]] would be alike, and maps it refuses. #}
{% macro spark__row_hash(typed) -%}
    xxhash64(
    {%- for column in typed -%}
        {%- set is_nested = column.type and ringfence.column_family(column.type) in ['list', 'struct', 'map'] -%}
        {{ ', ' if not loop.first }} isnull({{ column.expression }}),
        {%- if not column.type -%}
            case
                when typeof({{ column.expression }}) rlike '^(array|map|struct)'
                    then {{ ringfence.spark_json(column.expression) }}
                else {{ ringfence.as_text(column.expression) }}
            end
        {%- elif is_nested -%}
            {{ ringfence.canonical_value(column.expression, column.type) or ringfence.spark_json(column.expression) }}
        {%- else -%}
            {{ column.expression }}
        {%- endif -%}
    {%- endfor -%}
    )
{%- endmacro %}


{% macro spark_json(expression) -%}
    to_json(struct({{ expression }} as value), map(
        'ignoreNullFields', 'false', 'timestampFormat', 'yyyy-MM-dd HH:mm:ss.SSSSSSXXX',
        'timestampNTZFormat', 'yyyy-MM-dd HH:mm:ss.SSSSSS'
    ))
{%- endmacro %}


{% macro snowflake__row_hash(typed) -%}
    hash(hash({{ typed | map(attribute='expression') | join(', ') }}))
{%- endmacro %}


{# Fields get names of ours: a struct with two of one name is refused. #}
{% macro bigquery__row_hash(typed) -%}
    farm_fingerprint(to_json_string(struct(
    {%- for column in typed -%}
        {{ ', ' if not loop.first }}{{ column.expression }} as field_{{ loop.index }}
    {%- endfor -%}
    )))
{%- endmacro %}


{# Whether row_hash gives hexadecimal digits rather than a number. #}
{% macro hash_is_text(portable=false) %}
    {{- return(portable or ringfence.engine() not in 'bigquery duckdb postgres snowflake spark'.split()) -}}
{% endmacro %}
