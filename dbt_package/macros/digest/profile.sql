{# SQL of one row a column, from one scan: column_name, data_type, row_count, null_count, empty_count (of texts),
   zero_count, mean (of numbers), smallest and largest as text (of texts: their lengths); with distinct: true
   distinct_count as well, which costs a grouping a column. NULL where it means nothing for the type.

   columns, exclude: names; all columns without them. where: an SQL condition on the rows. #}
{% macro profile(relation, columns=none, exclude=none, where=none, distinct=false) %}
    {{- return(adapter.dispatch('profile', 'ringfence')(relation, columns, exclude, where, distinct)) -}}
{% endmacro %}


{% macro default__profile(relation, columns, exclude, where, distinct) %}
    {%- if not execute -%}
        {{- return('select 1 as known_when_dbt_runs from ' ~ relation) -}}
    {%- endif -%}
    {%- set chosen = ringfence.chosen_columns('profile', ringfence.columns_of(relation), columns, exclude) -%}
    {%- set measures = ['null_count', 'empty_count', 'zero_count', 'mean', 'smallest', 'largest']
        + (['distinct_count'] if distinct else []) -%}
    with chosen as (
        select
            {% for column in chosen %}
                {{ ringfence.quoted(column.name) }} as value_{{ loop.index }}{{ ',' if not loop.last }}
            {% endfor %}
        from {{ relation }}
        {% if where %}
            where (
                {{ where }}
            )
        {% endif %}
    ),

    measured as (
        select
            {% for column in chosen %}
                {% set place = loop.index %}
                {% for measure, expression in ringfence.profile_measures(
                    'value_' ~ loop.index, column.type, distinct
                ).items() %}
                    {{ expression }} as {{ measure }}_{{ place }},
                {% endfor %}
            {% endfor %}
            count(*) as row_count
        from chosen
    ),

    numbers as (
        {{ ringfence.numbers_up_to(chosen | length) }}
    )

    select
        {{ ringfence.as_text(ringfence.picked(ringfence.text_literals(chosen, 'name'))) }} as column_name,
        {{ ringfence.as_text(ringfence.picked(ringfence.text_literals(chosen, 'type'))) }} as data_type,
        measured.row_count
        {% for measure in measures %}
            , {{ ringfence.picked_measure(measure, chosen | length) }} as {{ measure }}
        {% endfor %}
    from measured
    cross join numbers
{% endmacro %}


{# Of a column: an aggregate by the name of each measure. #}
{% macro profile_measures(value, type, distinct) %}
    {%- set family = ringfence.column_family(type) -%}
    {%- set is_number = family in ['number', 'float'] -%}
    {%- set is_ordered = is_number or family in ['date', 'time', 'timestamp', 'instant'] -%}
    {%- set bigint, double = dbt.type_bigint(), ringfence.type_double() -%}
    {%- set ranged = 'length(' ~ ringfence.as_text(value) ~ ')' if family == 'text' else value -%}
    {%- set nothing = 'cast(null as ' ~ bigint ~ ')' -%}
    {%- set measures = {
        'null_count': 'count(*) - count(' ~ value ~ ')',
        'empty_count': ringfence.counted_where(ringfence.as_text(value) ~ " = ''") if family == 'text' else nothing,
        'zero_count': ringfence.counted_where(value ~ ' = 0') if is_number else nothing,
        'mean': 'avg(cast(' ~ value ~ ' as ' ~ double ~ '))' if is_number else 'cast(null as ' ~ double ~ ')',
        'smallest': ringfence.as_text(('min(' ~ ranged ~ ')') if is_ordered or family == 'text' else 'null'),
        'largest': ringfence.as_text(('max(' ~ ranged ~ ')') if is_ordered or family == 'text' else 'null')
    } -%}
    {%- if distinct -%}
        {%- do measures.update({
            'distinct_count': 'count(distinct ' ~ value ~ ')' if is_ordered or family in ['text', 'boolean'] else nothing
        }) -%}
    {%- endif -%}
    {{- return(measures) -}}
{% endmacro %}


{% macro counted_where(condition) %}
    {{- return('coalesce(sum(case when ' ~ condition ~ ' then 1 else 0 end), 0)') -}}
{% endmacro %}


{% macro picked_measure(measure, count) %}
    {%- set expressions = [] -%}
    {%- for place in range(1, count + 1) -%}
        {%- do expressions.append(measure ~ '_' ~ place) -%}
    {%- endfor -%}
    {{- return(ringfence.picked(expressions)) -}}
{% endmacro %}


{% macro text_literals(columns, attribute) %}
    {%- set literals = [] -%}
    {%- for column in columns -%}
        {%- do literals.append(ringfence.text_literal(column[attribute])) -%}
    {%- endfor -%}
    {{- return(literals) -}}
{% endmacro %}
