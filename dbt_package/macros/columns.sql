{# What stands under `column:`, or the column whose test it is. dbt hands that one over in quotes where it has
   `quote: true`. #}
{% macro tested_column(test_name, column, column_name) %}
    {%- set under = column_name -%}
    {%- if under is string and under | length > 2 and under == adapter.quote(under[1:-1]) -%}
        {%- set under = under[1:-1] -%}
    {%- endif -%}
    {%- if column is not none and under is not none and column != under -%}
        {%- do ringfence.wrong_argument(
            test_name, 'column is ' ~ column ~ ', and it stands under the column ' ~ under,
            'Leave column out, or move the test to the data_tests of the model'
        ) -%}
    {%- endif -%}
    {%- set found = under if column is none else column -%}
    {%- do ringfence.require_name(test_name, 'column', found) -%}
    {{- return(ringfence.as_stored(found)) -}}
{% endmacro %}


{# The relation that is tested, also where `model` is the subquery that dbt makes of `where:`. The text in the test
   is dbt's own: ref('orders'), ref('orders', version='2') or source('shop', 'orders'). #}
{% macro tested_relation() %}
    {%- set text = ringfence.tested_node() -%}
    {%- set names = text.split("'") -%}
    {%- if text.startswith('source(') -%}
        {{- return(source(names[1], names[3])) -}}
    {%- elif names | length > 3 -%}
        {{- return(ref(names[1], version=names[3])) -}}
    {%- endif -%}
    {{- return(ref(names[1])) -}}
{% endmacro %}


{# The columns of a relation as {name: type}, in their order; nothing while dbt parses. #}
{% macro column_types(test_name, argument, relation) %}
    {%- set found = {} -%}
    {%- if execute -%}
        {%- if relation.is_cte -%}
            {%- do ringfence.wrong_argument(
                test_name, argument ~ ' is ephemeral, so the database knows no columns of it',
                'Materialize it as a view'
            ) -%}
        {%- endif -%}
        {#- with --empty a relation renders as a subquery, which has no columns in the catalog -#}
        {%- set stored = relation.replace(limit=none) if flags.EMPTY else relation -%}
        {%- for column in adapter.get_columns_in_relation(stored) -%}
            {#- a text without a length would be given as character varying(256) -#}
            {%- set has_no_length = column.is_string() and not column.char_size -%}
            {%- do found.update({column.name: column.dtype if has_no_length else column.data_type}) -%}
        {%- endfor -%}
    {%- endif -%}
    {{- return(found) -}}
{% endmacro %}


{# What a type holds: float, number, text, boolean, date, timestamp, instant (with zone), unordered, or the type. #}
{% macro kind_of_type(data_type) %}
    {%- set type = (data_type | lower).split('(')[0] | trim -%}
    {%- if (data_type | lower).endswith('[]') -%}
        {%- set type = data_type | lower -%}
    {%- elif 'time zone' in (data_type | lower) -%}
        {%- set type = type ~ (' with time zone' if 'with time zone' in (data_type | lower) else '') -%}
        {%- set type = type | replace(' without time zone', '') | replace(' with time zone with', ' with') -%}
    {%- endif -%}
    {%- set has_zone = target.type in ('bigquery', 'spark', 'databricks') -%}
    {%- set kinds = {
        'float': ['float', 'float4', 'float8', 'real', 'double', 'double precision', 'float32', 'float64', 'half'],
        'number': [
            'tinyint', 'smallint', 'integer', 'int', 'bigint', 'hugeint', 'int2', 'int4', 'int8', 'int64', 'byteint',
            'utinyint', 'usmallint', 'uinteger', 'ubigint', 'uhugeint', 'byte', 'short', 'long', 'decimal', 'numeric',
            'number', 'bignumeric', 'bigdecimal'
        ],
        'text': ['text', 'varchar', 'character varying', 'char', 'character', 'bpchar', 'string', 'nvarchar', 'name'],
        'boolean': ['boolean', 'bool'],
        'date': ['date'],
        'timestamp': ['datetime', 'timestamp_ntz', 'timestamp_s', 'timestamp_ms', 'timestamp_ns']
            + ([] if has_zone else ['timestamp']),
        'instant': ['timestamp with time zone', 'timestamptz', 'timestamp_tz', 'timestamp_ltz']
            + (['timestamp'] if has_zone else []),
        'unordered': ['json', 'xml', 'point', 'map', 'variant', 'object', 'geography', 'geometry', 'super']
    } -%}
    {%- for kind, types in kinds.items() if type in types -%}
        {{- return(kind) -}}
    {%- endfor -%}
    {{- return(type) -}}
{% endmacro %}


{# A column as an expression that can be grouped: some types have no equality of their own. #}
{% macro comparable(column, data_type) %}
    {%- if data_type is not none and ringfence.kind_of_type(data_type) == 'unordered' -%}
        {{- return(ringfence.as_text(ringfence.quoted(column))) -}}
    {%- endif -%}
    {{- return(ringfence.quoted(column)) -}}
{% endmacro %}


{# A condition: the column holds no value. NaN is none either, where the type is known and can hold it. #}
{% macro is_missing(column, data_type) %}
    {%- set name = ringfence.quoted(column) -%}
    {%- if data_type is not none and ringfence.may_hold_nan(data_type) -%}
        {{- return('(' ~ name ~ ' is null or ' ~ ringfence.is_nan(name) ~ ')') -}}
    {%- endif -%}
    {{- return(name ~ ' is null') -}}
{% endmacro %}


{% macro may_hold_nan(data_type) %}
    {{- return(adapter.dispatch('may_hold_nan', 'ringfence')(data_type)) -}}
{% endmacro %}


{% macro default__may_hold_nan(data_type) %}
    {{- return(ringfence.kind_of_type(data_type) == 'float') -}}
{% endmacro %}


{# https://www.postgresql.org/docs/current/datatype-numeric.html: numeric holds NaN as well. #}
{% macro postgres__may_hold_nan(data_type) %}
    {%- set is_numeric = (data_type | lower).startswith(('numeric', 'decimal')) and target.type == 'postgres' -%}
    {{- return(is_numeric or ringfence.kind_of_type(data_type) == 'float') -}}
{% endmacro %}


{# Texts, as comparing NaN with itself is true on some engines and false on others. #}
{% macro is_nan(expression) %}
    {{- return('lower(' ~ ringfence.as_text(expression) ~ ") = 'nan'") -}}
{% endmacro %}


{# As column_types, for tests that do without: nothing is known of an ephemeral model. #}
{% macro known_types(relation) %}
    {{- return({} if relation.is_cte else ringfence.column_types('', '', relation)) -}}
{% endmacro %}


{# A name, or a list or mapping of names, as the catalog of the database has it. #}
{% macro as_stored(names) %}
    {%- if names is none or names is string -%}
        {{- return(adapter.dispatch('as_stored', 'ringfence')(names) if names else names) -}}
    {%- elif names is mapping -%}
        {%- set found = {} -%}
        {%- for name, value in names.items() -%}
            {%- do found.update({ringfence.as_stored(name): value}) -%}
        {%- endfor -%}
        {{- return(found) -}}
    {%- endif -%}
    {%- set found = [] -%}
    {%- for name in names -%}
        {%- do found.append(ringfence.as_stored(name)) -%}
    {%- endfor -%}
    {{- return(found) -}}
{% endmacro %}


{% macro default__as_stored(name) %}
    {{- return(name) -}}
{% endmacro %}


{# Longer names are cut, in SQL as in the catalog: 63 bytes, and 127 on Redshift.
   https://www.postgresql.org/docs/current/sql-syntax-lexical.html#SQL-SYNTAX-IDENTIFIERS #}
{% macro postgres__as_stored(name) %}
    {{- return(name.encode('utf-8')[:127 if target.type == 'redshift' else 63].decode('utf-8', 'ignore')) -}}
{% endmacro %}
