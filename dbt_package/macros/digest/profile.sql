{# SQL of one row a column, from one scan: column_name, data_type, row_count, null_count, empty_count (of texts),
   zero_count, mean (of numbers), smallest and largest as text (of texts: their lengths); with distinct: true
   distinct_count as well, which costs a grouping a column. NULL where it means nothing for the type.

   columns, exclude: names; all columns without them. where: an SQL condition on the rows. #}
{% macro profile(relation, columns=none, exclude=none, where=none, distinct=false) %}
    {{- return(adapter.dispatch('profile', 'ringfence')(relation, columns, exclude, where, distinct)) -}}
{% endmacro %}


{% macro default__profile(relation, columns, exclude, where, distinct) %}
    {%- do return('select 1 as known_when_dbt_runs from ' ~ relation) if not execute -%}
    {%- set chosen = ringfence.chosen_columns('profile', ringfence.columns_of(relation), columns, exclude) -%}
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
        {{ ringfence.picked_text(chosen, 'name') }} as column_name,
        {{ ringfence.picked_text(chosen, 'type') }} as data_type,
        measured.row_count
        {% for measure in ringfence.profile_measures('', '', distinct) %}
            , {{ ringfence.picked_number(measure, chosen) }} as {{ measure }}
        {% endfor %}
    from measured
    cross join numbers
{% endmacro %}


{# Of a column: an aggregate by the name of each measure. #}
{% macro profile_measures(value, type, distinct) %}
    {%- set family = ringfence.column_family(type) -%}
    {%- set is_text, is_number = family == 'text', family in ['number', 'float'] -%}
    {%- set is_ranged = is_text or is_number or family in ['date', 'time', 'timestamp', 'instant'] -%}
    {%- set double = ' as ' ~ ringfence.type_double() ~ ')' -%}
    {%- set ranged = 'length(' ~ ringfence.as_text(value) ~ ')' if is_text else value -%}
    {%- set nothing = 'cast(null as ' ~ dbt.type_bigint() ~ ')' -%}
    {%- set measures = {
        'null_count': 'count(*) - count(' ~ value ~ ')',
        'empty_count': ringfence.counted_where(ringfence.as_text(value) ~ " = ''") if is_text else nothing,
        'zero_count': ringfence.counted_where(value ~ ' = 0') if is_number else nothing,
        'mean': ('avg(cast(' ~ value ~ double ~ ')') if is_number else 'cast(null' ~ double,
        'smallest': ringfence.as_text('min(' ~ ranged ~ ')' if is_ranged else 'null'),
        'largest': ringfence.as_text('max(' ~ ranged ~ ')' if is_ranged else 'null')
    } -%}
    {%- do measures.update({
        'distinct_count': 'count(distinct ' ~ value ~ ')' if is_ranged or family == 'boolean' else nothing
    }) if distinct -%}
    {{- return(measures) -}}
{% endmacro %}


{% macro counted_where(condition) -%} coalesce(sum(case when {{ condition }} then 1 else 0 end), 0) {%- endmacro %}
