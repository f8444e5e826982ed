{% macro default__test_columns_are(model, names, types, ordered, allow_empty, hint, unknown) %}
    {% do ringfence.check_arguments(unknown, {
        'names': names, 'types': types, 'ordered': ordered, 'allow_empty': allow_empty, 'hint': hint
    }) %}
    {% if names is none and types is none %}
        {% do ringfence.wrong_argument(
            'neither names nor types are given', 'Write names: [column, ...]'
        ) %}
    {% elif ordered and names is none %}
        {% do ringfence.wrong_argument(
            'ordered needs names', 'Write names: [column, ...] in their order'
        ) %}
    {% endif %}

    {% set actual = ringfence.column_types('the tested model', ringfence.tested_relation()) %}
    {% set problems = [] %}
    {% if execute %}
        {% set names = ringfence.as_stored(names) %}
        {% set types = ringfence.as_stored(types) %}
        {% do ringfence.compare_names(problems, names or types.keys() | list, actual, names is not none, ordered) %}
        {% do ringfence.compare_types(problems, types or {}, actual) %}
    {% endif %}

    with tested_size as (
        select count(*) as row_count
        from {{ model }}
    ),

    wrong_columns as (
        {% for problem in problems %}
            select {{ ringfence.wrong_column(problem, hint) }}
            from tested_size
            union all
        {% endfor %}
        select {{ ringfence.empty_input_row(hint) }}
        from tested_size
        where 1 = 0
    ),

    wrong_size as (
        select {{ ringfence.empty_input_row(hint) }}
        from tested_size
        where row_count = {{ -1 if allow_empty else 0 }}
    ),

    {# Columns are judged with --empty as well: there are no rows then, but columns there are. #}
    wrong as (
        select what, where_, expected, got, hint
        from wrong_columns
        union all
        select what, where_, expected, got, hint
        from wrong_size
        where {{ ringfence.emptiness_is_judged() }}
    )

    select what, where_, expected, got, hint
    from wrong
{% endmacro %}


{% macro compare_names(problems, names, actual, is_complete, ordered) %}
    {%- set there = actual.keys() | list -%}
    {%- for name in names if name not in there -%}
        {%- do problems.append(['column is missing', name, 'a column of this name', 'none']) -%}
    {%- endfor -%}
    {%- for name in there if is_complete and name not in names -%}
        {%- do problems.append(['column is not expected', name, 'no column of this name', 'one']) -%}
    {%- endfor -%}
    {# Positions are told once the names agree; before that every later column would be wrong as well. #}
    {%- set is_comparable = ordered and not problems -%}
    {%- for name in names if is_comparable -%}
        {%- if there[loop.index0] != name -%}
            {%- do problems.append([
                'column stands elsewhere', name, 'position ' ~ loop.index, 'position ' ~ (there.index(name) + 1)
            ]) -%}
        {%- endif -%}
    {%- endfor -%}
{% endmacro %}


{% macro compare_types(problems, types, actual) %}
    {%- for name, wanted in types.items() if name in actual -%}
        {%- if not ringfence.is_type(actual[name], wanted) -%}
            {%- do problems.append(['column is of another type', name, wanted, actual[name]]) -%}
        {%- endif -%}
    {%- endfor -%}
{% endmacro %}


{# Whether a type of the catalog is the one that is wanted, in any spelling of the engine: `int` is `integer`. What
   the wanted type does not say, as the digits of a decimal, is not compared. #}
{% macro is_type(actual, wanted) %}
    {%- set actual_name, actual_size = ringfence.name_and_size(actual) -%}
    {%- set wanted_name, wanted_size = ringfence.name_and_size(wanted) -%}
    {%- if actual_name != wanted_name -%}
        {%- set wanted_name = ringfence.name_and_size(ringfence.name_of_type(wanted))[0] -%}
        {%- set actual_name = ringfence.name_and_size(ringfence.name_of_type(actual))[0] -%}
    {%- endif -%}
    {{- return(actual_name == wanted_name and wanted_size in ('', actual_size)) -}}
{% endmacro %}


{# `numeric(18, 2)` as [numeric, 18,2]; brackets of nested types stay in the name. #}
{% macro name_and_size(type) %}
    {%- set found = modules.re.match('^([a-z_0-9 ]+?) *[(]([0-9, ]+)[)](.*)$', type | lower | trim) -%}
    {%- set name, size, rest = found.groups() if found else [type | lower | trim, '', ''] -%}
    {{- return([name ~ rest, size | replace(' ', '')]) -}}
{% endmacro %}


{% macro name_of_type(type) %}
    {# What parentheses hold goes with them, from the innermost on: where they are paired, none is left. #}
    {%- set left = namespace(text=type) -%}
    {%- for _ in type -%}
        {%- set left.text = modules.re.sub('[(][A-Za-z0-9_ ,<>:\\[\\]"]*[)]', ' ', left.text) -%}
    {%- endfor -%}
    {%- if not modules.re.match('^[A-Za-z_][A-Za-z0-9_ ,<>:\\[\\]"]*$', left.text) -%}
        {%- do ringfence.wrong_argument(
            "types: '" ~ type ~ "' is not the name of a type", 'Write types: {order_id: integer}'
        ) -%}
    {%- endif -%}
    {{- adapter.dispatch('name_of_type', 'ringfence')(type) -}}
{% endmacro %}


{# The adapter's own name of a type, as dbt finds it for contracts. #}
{% macro default__name_of_type(type) %}
    {{- get_column_schema_from_query('select cast(null as ' ~ type ~ ') as type_of')[0].data_type -}}
{% endmacro %}


{% macro duckdb__name_of_type(type) %}
    {{- run_query('select typeof(cast(null as ' ~ type ~ '))').columns[0].values()[0] -}}
{% endmacro %}


{# The catalog says ARRAY of every array, so only that much is compared. #}
{% macro postgres__name_of_type(type) %}
    {%- if type in ('ARRAY', 'USER-DEFINED') -%}
        {{- return(type) -}}
    {%- endif -%}
    {%- set found = run_query('select cast(pg_typeof(cast(null as ' ~ type ~ ')) as text)').columns[0].values()[0] -%}
    {{- return('ARRAY' if found.endswith('[]') else found) -}}
{% endmacro %}
