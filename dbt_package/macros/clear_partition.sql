{# The statement that takes one part of a relation away before it is built anew: the rows whose `column` is `value`
   (or one of a list of values), or with the mode `all` every row. For the pre_hook of an incremental model. Nothing
   for a relation that is not there yet.
   The mode is the argument, else the var `ringfence_clear_mode`: a word, or a word for each target. #}
{% macro clear_partition(relation, column=none, value=none, mode=none) %}
    {{- return(adapter.dispatch('clear_partition', 'ringfence')(relation, column, value, mode)) -}}
{% endmacro %}


{% macro default__clear_partition(relation, column, value, mode) %}
    {%- do return('') if not execute -%}
    {%- set chosen = ringfence.clear_mode(relation, mode) -%}
    {%- set values = ringfence.values_to_clear(relation, column, value) if chosen == 'year' -%}
    {%- set found = load_relation(relation) -%}
    {%- do return('') if found is none -%}
    {%- do ringfence.refuse_to_clear(
        relation, 'it is a ' ~ found.type, 'Only rows of tables can be deleted: materialize it incremental'
    ) if not found.is_table -%}
    delete from {{ relation }}
    {%- if chosen == 'year' %} where {{ ringfence.quoted(column) }} in ({{ values | join(', ') }}) {%- endif -%}
{% endmacro %}


{% macro clear_mode(relation, mode) %}
    {%- set setting = mode or var('ringfence_clear_mode', 'year') -%}
    {%- set by_target = setting is mapping -%}
    {%- set chosen = setting.get(target.name, setting.get('default', 'year')) if by_target else setting -%}
    {%- do ringfence.refuse_to_clear(
        relation, "the mode must be year or all, not '" ~ chosen ~ "'", 'Set the var ringfence_clear_mode'
    ) if chosen not in ('year', 'all') -%}
    {%- do ringfence.refuse_to_clear(
        relation, 'the target ' ~ target.name ~ ' is one of production, and the mode all deletes every row',
        'Use the mode year, or name the target: ringfence_clear_mode: {' ~ target.name ~ ': all}'
    ) if chosen == 'all' and ringfence.is_production() and not (by_target and target.name in setting) -%}
    {{- return(chosen) -}}
{% endmacro %}


{% macro values_to_clear(relation, column, value) %}
    {%- do ringfence.refuse_to_clear(
        relation, 'column is missing', 'Name the column that tells the parts apart'
    ) if column is not string or not column -%}
    {%- set literals = [] -%}
    {%- for one in ([value] if value is string or value is mapping or value is not iterable else value) -%}
        {%- do ringfence.refuse_to_clear(
            relation, 'the value of ' ~ column ~ " must be a number or a text, not '" ~ one ~ "'",
            "Give the value of the part that is built anew, for example var('year')"
        ) if one is none or one is mapping or one is string and not one | trim -%}
        {%- do literals.append(ringfence.value_literal(one)) -%}
    {%- endfor -%}
    {%- do ringfence.refuse_to_clear(
        relation, 'the list of values is empty', 'Give at least one value'
    ) if not literals -%}
    {{- return(literals) -}}
{% endmacro %}


{% macro refuse_to_clear(relation, problem, way_out) %}
    {%- do exceptions.raise_compiler_error(
        'ringfence.clear_partition of ' ~ relation ~ ': ' ~ problem ~ '. ' ~ way_out ~ '.'
    ) -%}
{% endmacro %}
