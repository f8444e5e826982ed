{# What a type is, whatever an engine calls it: boolean, number, float, text, binary, date, time, timestamp (without a
   zone), instant (with one), json, list, struct, map, or other. Integers and decimals are numbers alike. #}
{% macro column_family(type) %}
    {{- return(adapter.dispatch('column_family', 'ringfence')(type)) -}}
{% endmacro %}


{% macro default__column_family(type) %}
    {%- set text = type | lower | trim -%}
    {%- set nested = modules.re.match('(array<|struct[(<]|map[(<])?', text).group(0)[:-1] -%}
    {%- do return('list') if text.endswith(']') or nested == 'array' -%}
    {%- do return(nested) if nested -%}
    {%- set base = modules.re.sub('\\s+', ' ', modules.re.sub('\\([^()]*\\)', '', text)) | trim -%}
    {%- set families = {
        'boolean': 'boolean,bool',
        'number': 'tinyint,smallint,integer,int,bigint,hugeint,utinyint,usmallint,uinteger,ubigint,uhugeint,int2,int4,'
            ~ 'int8,int16,int32,int64,int128,short,long,byte,byteint,mediumint,decimal,dec,numeric,number,bignumeric,'
            ~ 'bigdecimal',
        'float': 'real,float,float4,float8,float64,double,double precision',
        'text': 'text,string,varchar,nvarchar,char,nchar,character,character varying,bpchar,name,uuid,enum,citext',
        'binary': 'blob,bytea,binary,varbinary,bytes,binary varying',
        'date': 'date',
        'time': 'time,time without time zone',
        'timestamp': 'timestamp,timestamp without time zone,timestamp_ntz,timestamp_s,timestamp_ms,timestamp_us,'
            ~ 'timestamp_ns,datetime',
        'instant': 'timestamp with time zone,timestamptz,timestamp_tz,timestamp_ltz,timestamp with local time zone',
        'json': 'json,jsonb'
    } -%}
    {%- for family, names in families.items() if base in names.split(',') -%}
        {{- return(family) -}}
    {%- endfor -%}
    {{- return('other') -}}
{% endmacro %}


{# A plain timestamp of Spark is a point in time. https://spark.apache.org/docs/latest/sql-ref-datatypes.html #}
{% macro spark__column_family(type) %}
    {{- return('instant' if type | lower | trim == 'timestamp' else ringfence.default__column_family(type)) -}}
{% endmacro %}


{% macro bigquery__column_family(type) %}
    {{- return(ringfence.spark__column_family(type)) -}}
{% endmacro %}


{# Splits what stands between the outer brackets of a nested type at its own commas: `a INTEGER`, `b DECIMAL(10,2)[]`. #}
{% macro type_parts(type) %}
    {%- set inner = modules.re.sub('^[A-Za-z]+[(<]|[)>]$', '', type | trim) -%}
    {%- set state, parts = namespace(depth=0), [''] -%}
    {#- A quoted name is one piece, so that no sign within it counts. -#}
    {%- for piece in modules.re.findall('(?s)"[^"]*"|.', inner) -%}
        {%- set state.depth = state.depth + (piece in '([<') - (piece in ')]>') -%}
        {%- if piece == ',' and state.depth == 0 -%}
            {%- do parts.append('') -%}
        {%- else -%}
            {%- do parts.append(parts.pop() ~ piece) -%}
        {%- endif -%}
    {%- endfor -%}
    {{- return(parts | map('trim') | list) -}}
{% endmacro %}


{% macro element_type(type) %}
    {%- do return(type[6:-1]) if type.startswith('array<') -%}
    {{- return(modules.re.sub('\\[[0-9]*\\]$', '', type | trim)) -}}
{% endmacro %}


{# The fields of a struct: a list of [name, type]. DuckDB quotes names, Spark writes `name:type`. #}
{% macro struct_fields(type) %}
    {%- set fields = [] -%}
    {%- for part in ringfence.type_parts(type) -%}
        {%- set found = modules.re.match('^(?:"((?:[^"]|"")*)"|([^ :"]+))[ :](.+)$', part) -%}
        {%- do return([]) if not found -%}
        {%- do fields.append([found.group(2) or found.group(1) | replace('""', '"'), found.group(3)]) -%}
    {%- endfor -%}
    {{- return(fields) -}}
{% endmacro %}


{# Digits behind the point of a decimal type; 0 for integers, none where the type does not say. #}
{% macro decimal_scale(type) %}
    {%- set found = modules.re.search('\\(\\s*[0-9]+\\s*(?:,\\s*([0-9]+)\\s*)?\\)', type) -%}
    {%- do return((found.group(1) or 0) | int) if found -%}
    {{- return(none if modules.re.match('(?i)\\s*(dec|num)', type) else 0) -}}
{% endmacro %}
