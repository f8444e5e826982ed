{# Canonical texts: two values are equal exactly when their texts are, on every engine that makes them. A field carries
   the family of its value, so that no number equals a text; texts carry their length, so that no separator within them
   counts; NULL is a field of its own. docs/compare.md lists the forms. None: there is no such form for this type. #}
{% macro canonical_field(expression, type, depth=0) %}
    {%- set value = ringfence.canonical_value(expression, type, depth) -%}
    {%- if value is none -%}
        {{- return(none) -}}
    {%- endif -%}
    {%- set tag = ringfence.canonical_tag(ringfence.column_family(type)) -%}
    {%- if tag == 's' -%}
        {%- set parts = ["'s'", ringfence.as_text('length(' ~ value ~ ')'), "':'", value, "';'"] -%}
    {%- else -%}
        {%- set parts = ["'" ~ tag ~ "'", value, "';'"] -%}
    {%- endif -%}
    {{- return('coalesce(' ~ dbt.concat(parts) ~ ", 'N;')") -}}
{% endmacro %}


{% macro canonical_tag(family) %}
    {{- return({
        'boolean': 'b', 'number': 'n', 'float': 'f', 'text': 's', 'binary': 'x', 'date': 'd', 'time': 'c',
        'timestamp': 't', 'instant': 'z', 'list': 'a', 'struct': 'r', 'map': 'm'
    }.get(family, 'o')) -}}
{% endmacro %}


{# Where canonical texts are made: on the engines where they were run and found equal. #}
{% macro has_canonical_texts() %}
    {{- return(adapter.dispatch('has_canonical_texts', 'ringfence')()) -}}
{% endmacro %}


{% macro default__has_canonical_texts() %}
    {{- return(false) -}}
{% endmacro %}


{% macro duckdb__has_canonical_texts() %}
    {{- return(true) -}}
{% endmacro %}


{% macro postgres__has_canonical_texts() %}
    {{- return(true) -}}
{% endmacro %}


{# Redshift takes the macros of PostgreSQL where it has none. #}
{% macro redshift__has_canonical_texts() %}
    {{- return(false) -}}
{% endmacro %}


{% macro spark__has_canonical_texts() %}
    {{- return(true) -}}
{% endmacro %}


{# The text of a value, NULL for NULL. #}
{% macro canonical_value(expression, type, depth=0) %}
    {%- if not ringfence.has_canonical_texts() -%}
        {{- return(none) -}}
    {%- endif -%}
    {%- set family = ringfence.column_family(type) -%}
    {%- if family == 'boolean' -%}
        {{- return("case when " ~ expression ~ " then '1' when not " ~ expression ~ " then '0' end") -}}
    {%- endif -%}
    {%- if family == 'text' -%}
        {{- return(ringfence.as_text(expression)) -}}
    {%- endif -%}
    {%- if family == 'float' -%}
        {#- -0 equals 0 and NaN equals NaN, as in grouping. Otherwise the 64 bits: texts of engines differ in digits. -#}
        {%- set bits = ringfence.float_bits('cast(' ~ expression ~ ' as ' ~ ringfence.type_double() ~ ')') -%}
        {{- return(
            'case when ' ~ expression ~ " = 0 then '0' when " ~ expression
            ~ ' = ' ~ ringfence.not_a_number() ~ " then 'nan' else " ~ ringfence.as_text(bits) ~ ' end'
        ) -}}
    {%- endif -%}
    {%- if family == 'struct' -%}
        {{- return(ringfence.canonical_struct(expression, type, depth)) -}}
    {%- endif -%}
    {{- return(adapter.dispatch('canonical_value_of', 'ringfence')(family, expression, type, depth)) -}}
{% endmacro %}


{# json has none: whether white space, the order of keys and repeated keys count differs between engines and types. #}
{% macro default__canonical_value_of(family, expression, type, depth) %}
    {{- return(none) -}}
{% endmacro %}


{% macro type_double() %}
    {{- return(adapter.dispatch('type_double', 'ringfence')()) -}}
{% endmacro %}


{% macro default__type_double() %}
    {{- return('double precision') -}}
{% endmacro %}


{% macro spark__type_double() %}
    {{- return('double') -}}
{% endmacro %}


{% macro not_a_number() %}
    {{- return("cast('NaN' as " ~ ringfence.type_double() ~ ')') -}}
{% endmacro %}


{% macro float_bits(expression) %}
    {{- return(adapter.dispatch('float_bits', 'ringfence')(expression)) -}}
{% endmacro %}


{# Never asked for: no canonical texts are made elsewhere. But dbt looks for it while it parses a use of row_hash. #}
{% macro default__float_bits(expression) %}
    {{- return(expression) -}}
{% endmacro %}


{% macro duckdb__float_bits(expression) %}
    {{- return('cast(cast(' ~ expression ~ ' as bit) as bigint)') -}}
{% endmacro %}


{% macro postgres__float_bits(expression) %}
    {{- return("cast(cast('x' || encode(float8send(" ~ expression ~ "), 'hex') as bit(64)) as bigint)") -}}
{% endmacro %}


{# The method takes no NULL. #}
{% macro spark__float_bits(expression) %}
    {{- return(
        'case when ' ~ expression ~ " is not null then reflect('java.lang.Double', 'doubleToLongBits', "
        ~ expression ~ ') end'
    ) -}}
{% endmacro %}


{% macro canonical_struct(expression, type, depth) %}
    {%- set fields = ringfence.struct_fields(type) -%}
    {%- set texts = [] -%}
    {%- for field in fields -%}
        {%- set text = ringfence.canonical_field(
            ringfence.struct_member(expression, field.name), field.type, depth
        ) -%}
        {%- if text is none -%}
            {{- return(none) -}}
        {%- endif -%}
        {%- do texts.append(text) -%}
    {%- endfor -%}
    {%- if not texts -%}
        {{- return(none) -}}
    {%- endif -%}
    {{- return(
        'case when ' ~ expression ~ ' is not null then '
        ~ dbt.concat(["'" ~ texts | length ~ ":'"] + texts) ~ ' end'
    ) -}}
{% endmacro %}


{% macro struct_member(expression, name) %}
    {{- return(adapter.dispatch('struct_member', 'ringfence')(expression, name)) -}}
{% endmacro %}


{% macro default__struct_member(expression, name) %}
    {{- return(expression ~ '.' ~ ringfence.quoted(name)) -}}
{% endmacro %}


{% macro duckdb__struct_member(expression, name) %}
    {{- return('struct_extract(' ~ expression ~ ', ' ~ ringfence.text_literal(name) ~ ')') -}}
{% endmacro %}
