{# Canonical texts: two values are equal exactly when their texts are, on every engine that makes them. A field carries
   the family of its value, so that no number equals a text; texts carry their length, so that no separator within them
   counts; NULL is a field of its own. docs/compare.md lists the forms. Nothing where there is no such form. #}
{% macro canonical_field(expression, type, depth=0) -%}
    {%- set value = ringfence.canonical_value(expression, type, depth) -%}
    {%- set tag = ringfence.canonical_tag(ringfence.column_family(type)) -%}
    {%- set length = [ringfence.as_text('length(' ~ value ~ ')'), "':'"] if tag == 's' else [] -%}
    {%- if value -%}
        coalesce({{ dbt.concat(["'" ~ tag ~ "'"] + length + [value, "';'"]) }}, 'N;')
    {%- endif -%}
{%- endmacro %}


{% macro canonical_tag(family) %}
    {%- set tags = 'boolean=b number=n float=f text=s binary=x date=d time=c timestamp=t instant=z list=a struct=r'
        ~ ' map=m json=o other=o' -%}
    {{- return(tags.split(family ~ '=')[1][0]) -}}
{% endmacro %}


{# The text of a value, NULL for NULL. Made on the engines where they were run and found equal. #}
{% macro canonical_value(expression, type, depth=0) -%}
    {%- set family = ringfence.column_family(type) -%}
    {%- set fields = ringfence.canonical_members(family, expression, type, depth)
        if ringfence.engine() in ['duckdb', 'postgres', 'spark'] else none -%}
    {%- if fields is none -%}
    {%- elif family == 'boolean' -%}
        case when {{ expression }} then '1' when not {{ expression }} then '0' end
    {%- elif family == 'text' -%}
        {{ ringfence.as_text(expression) }}
    {%- elif family == 'float' -%}
        {#- -0 equals 0 and NaN equals NaN, as in grouping. Otherwise the 64 bits: texts of engines differ in digits. -#}
        {%- set double = ringfence.type_double() -%}
        {%- set bits = adapter.dispatch('float_bits', 'ringfence')('cast(' ~ expression ~ ' as ' ~ double ~ ')') -%}
        case
            when {{ expression }} = 0 then '0'
            when {{ expression }} = cast('NaN' as {{ double }}) then 'nan'
            else {{ ringfence.as_text(bits) }}
        end
    {%- elif family == 'struct' -%}
        case
            when {{ expression }} is not null then {{ dbt.concat(["'" ~ fields | length ~ ":'"] + fields) }}
        end
    {%- else -%}
        {{ adapter.dispatch('canonical_value_of', 'ringfence')(family, expression, type, depth, fields) }}
    {%- endif -%}
{%- endmacro %}


{# json has none: whether white space, the order of keys and repeated keys count differs between engines and types. #}
{% macro default__canonical_value_of(family, expression, type, depth, fields) %}{% endmacro %}


{# The canonical fields of what a nested value holds, of a list and a map those of `element_DEPTH`; none where one of
   them has no such form. Empty for values that hold nothing. #}
{% macro canonical_members(family, expression, type, depth) %}
    {%- set element, fields = 'element_' ~ depth, [] -%}
    {%- if family == 'struct' -%}
        {%- for name, its_type in ringfence.struct_fields(type) -%}
            {%- set member = adapter.dispatch('struct_member', 'ringfence')(expression, name) -%}
            {%- do fields.append(ringfence.canonical_field(member, its_type, depth)) -%}
        {%- endfor -%}
        {%- do return(none) if not fields -%}
    {%- elif family == 'list' -%}
        {%- do fields.append(ringfence.canonical_field(element, ringfence.element_type(type), depth + 1)) -%}
    {%- elif family == 'map' -%}
        {%- for part, its_type in zip(['.key', '.value'], ringfence.type_parts(type)) -%}
            {%- do fields.append(ringfence.canonical_field(element ~ part, its_type, depth + 1)) -%}
        {%- endfor -%}
    {%- endif -%}
    {{- return(none if '' in fields else fields) -}}
{% endmacro %}


{% macro default__struct_member(expression, name) -%}
    {{ expression }}.{{ ringfence.quoted(name) }}
{%- endmacro %}


{% macro duckdb__struct_member(expression, name) -%}
    struct_extract({{ expression }}, {{ ringfence.text_literal(name) }})
{%- endmacro %}


{% macro type_double() -%} double {{- ' precision' if ringfence.engine() != 'spark' }} {%- endmacro %}


{# dbt stops where one of its adapters has no definition to choose. #}
{% macro default__float_bits(expression) %}{% endmacro %}


{% macro duckdb__float_bits(expression) -%} cast(cast({{ expression }} as bit) as bigint) {%- endmacro %}


{% macro postgres__float_bits(expression) -%}
    cast(cast('x' || encode(float8send({{ expression }}), 'hex') as bit(64)) as bigint)
{%- endmacro %}


{# The method takes no NULL. #}
{% macro spark__float_bits(expression) -%}
    case
        when {{ expression }} is not null then reflect('java.lang.Double', 'doubleToLongBits', {{ expression }})
    end
{%- endmacro %}
