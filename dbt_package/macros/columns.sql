{# What stands under `column:`, or the column whose test it is; none where neither is. dbt hands that one over in quotes
   where it has `quote: true`. #}
{% macro tested_column(column, column_name) %}
    {%- set under = column_name -%}
    {%- if under is string and under | length > 2 and under == adapter.quote(under[1:-1]) -%}
        {%- set under = under[1:-1] -%}
    {%- endif -%}
    {%- if column is not none and under is not none and column != under -%}
        {%- do ringfence.wrong_argument(
            'column is ' ~ column ~ ', and it stands under the column ' ~ under,
            'Leave column out, or move the test to the data_tests of the model'
        ) -%}
    {%- endif -%}
    {%- set found = under if column is none else column -%}
    {{- return(ringfence.as_stored(found) if found is string else found) -}}
{% endmacro %}


{# The relation that is tested, also where `model` is the subquery that dbt makes of `where:`. The text in the test
   is dbt's own: ref('orders'), ref('orders', version='2') or source('shop', 'orders'). None while dbt parses. #}
{% macro tested_relation() %}
    {%- if execute -%}
        {%- set text = ringfence.tested_node() -%}
        {%- set names = text.split("'") -%}
        {%- set more = names[3] | default(none) -%}
        {{- return(source(names[1], more) if text.startswith('source(') else ref(names[1], version=more)) -}}
    {%- endif -%}
    {{- return(none) -}}
{% endmacro %}


{# The columns of a relation as {name: type}, in their order; nothing while dbt parses. #}
{% macro column_types(argument, relation) %}
    {%- set found = {} -%}
    {%- if execute and relation.is_cte -%}
        {%- do ringfence.wrong_argument(
            argument ~ ' is ephemeral, so the database knows no columns of it', 'Materialize it as a view'
        ) -%}
    {%- elif execute -%}
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


{# As column_types, for tests that do without: nothing is known of an ephemeral model. #}
{% macro known_types(relation) %}
    {{- return({} if not execute or relation.is_cte else ringfence.column_types('', relation)) -}}
{% endmacro %}


{# What a type holds: float, number, text, boolean, date, timestamp, instant (with zone), unordered, or the type. #}
{% macro kind_of_type(data_type) %}
    {%- set type = data_type | lower -%}
    {%- set zone = ' with time zone' -%}
    {%- if not type.endswith('[]') -%}
        {%- set start = type.split('(')[0] | trim | replace(' without time zone', '') -%}
        {%- set type = start ~ zone if zone in type and zone not in start else start -%}
    {%- endif -%}
    {%- if type == 'timestamp' -%}
        {{- return('instant' if target.type in ('bigquery', 'spark', 'databricks') else type) -}}
    {%- endif -%}
    {%- set kinds = {
        'float': 'float,float4,float8,real,double,double precision,float32,float64,half',
        'number': 'tinyint,smallint,integer,int,bigint,hugeint,int2,int4,int8,int64,byteint,utinyint,usmallint,'
            ~ 'uinteger,ubigint,uhugeint,byte,short,long,decimal,numeric,number,bignumeric,bigdecimal',
        'text': 'text,varchar,character varying,char,character,bpchar,string,nvarchar,name',
        'boolean': 'boolean,bool',
        'timestamp': 'datetime,timestamp_ntz,timestamp_s,timestamp_ms,timestamp_ns',
        'instant': 'timestamp with time zone,timestamptz,timestamp_tz,timestamp_ltz',
        'unordered': 'json,xml,point,map,variant,object,geography,geometry,super'
    } -%}
    {%- for kind, types in kinds.items() if type in types.split(',') -%}
        {{- return(kind) -}}
    {%- endfor -%}
    {{- return(type) -}}
{% endmacro %}


{# A column as an expression that can be grouped: some types have no equality of their own. #}
{% macro comparable(column, data_type) %}
    {%- set name = ringfence.quoted(column) -%}
    {{- ringfence.as_text(name) if ringfence.kind_of_type(data_type or '') == 'unordered' else name -}}
{% endmacro %}


{# A condition: the column holds no value. NaN is none either, where the type is known and can hold it. #}
{% macro is_missing(column, data_type) %}
    {%- set name = ringfence.quoted(column) -%}
    {%- if ringfence.may_hold_nan(data_type or '') -%}
        ({{ name }} is null or {{ ringfence.is_nan(name) }})
    {%- else -%}
        {{ name }} is null
    {%- endif -%}
{% endmacro %}


{# https://www.postgresql.org/docs/current/datatype-numeric.html: numeric holds NaN as well; Redshift's does not. #}
{% macro may_hold_nan(data_type) %}
    {%- set is_numeric = (data_type | lower).startswith(('numeric', 'decimal')) -%}
    {{- return(ringfence.kind_of_type(data_type) == 'float' or is_numeric and target.type == 'postgres') -}}
{% endmacro %}


{# Texts, as comparing NaN with itself is true on some engines and false on others. #}
{% macro is_nan(expression) %}lower({{ ringfence.as_text(expression) }}) = 'nan'{% endmacro %}


{# A name, or a list or mapping of names, as the catalog of the database has it. #}
{% macro as_stored(names) %}
    {%- if not names or names is string -%}
        {{- return(adapter.dispatch('as_stored', 'ringfence')(names) if names else names) -}}
    {%- endif -%}
    {%- set stored = [] -%}
    {%- for name in names -%}
        {%- do stored.append(ringfence.as_stored(name)) -%}
    {%- endfor -%}
    {{- return(dict(zip(stored, names.values())) if names is mapping else stored) -}}
{% endmacro %}


{% macro default__as_stored(name) %}{{ name }}{% endmacro %}


{# Longer names are cut, in SQL as in the catalog: 63 bytes, and 127 on Redshift.
   https://www.postgresql.org/docs/current/sql-syntax-lexical.html#SQL-SYNTAX-IDENTIFIERS #}
{% macro postgres__as_stored(name) %}
    {{- name.encode('utf-8')[:127 if target.type == 'redshift' else 63].decode('utf-8', 'ignore') -}}
{% endmacro %}
