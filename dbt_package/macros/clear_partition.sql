{# The statement that takes one part of a relation away before it is built anew: the rows whose `column` is `value`
   (or one of a list of values), or with the mode `all` every row. For the pre_hook of an incremental model. Nothing
   for a relation that is not there yet.
   The mode is the argument, else the var `ringfence_clear_mode`: a word, or a word for each target. #}
{% macro clear_partition(relation, column=none, value=none, mode=none) %}
    {{- return(adapter.dispatch('clear_partition', 'ringfence')(relation, column, value, mode)) -}}
{% endmacro %}


{% macro default__clear_partition(relation, column, value, mode) %}
    {%- if not execute -%}
        {{- return('') -}}
    {%- endif -%}
    {%- set chosen = ringfence.clear_mode(relation, mode) -%}
    {%- set values = ringfence.values_to_clear(relation, column, value) if chosen == 'year' else [] -%}
    {%- set found = load_relation(relation) -%}
    {%- if found is none -%}
        {{- return('') -}}
    {%- endif -%}
    {%- if not found.is_table -%}
        {%- do ringfence.refuse_to_clear(
            relation, 'it is a ' ~ found.type, 'Only rows of tables can be deleted: materialize it incremental'
        ) -%}
    {%- endif -%}
    {%- if chosen == 'all' -%}
        {{- return('delete from ' ~ relation) -}}
    {%- endif -%}
    {{- return(
        'delete from ' ~ relation ~ ' where ' ~ ringfence.quoted(column) ~ ' in (' ~ values | join(', ') ~ ')'
    ) -}}
{% endmacro %}


{% macro clear_mode(relation, mode) %}
    {%- set setting = mode or var('ringfence_clear_mode', 'year') -%}
    {%- set by_target = setting is mapping -%}
    {%- set chosen = setting.get(target.name, setting.get('default', 'year')) if by_target else setting -%}
    {%- if chosen not in ('year', 'all') -%}
        {%- do ringfence.refuse_to_clear(
            relation, "the mode must be year or all, not '" ~ chosen ~ "'", 'Set the var ringfence_clear_mode'
        ) -%}
    {%- endif -%}
    {%- if chosen == 'all' and ringfence.is_production() and not (by_target and target.name in setting) -%}
        {%- do ringfence.refuse_to_clear(
            relation,
            'the target ' ~ target.name ~ ' is one of production, and the mode all deletes every row',
            'Use the mode year, or name the target: ringfence_clear_mode: {' ~ target.name ~ ': all}'
        ) -%}
    {%- endif -%}
    {{- return(chosen) -}}
{% endmacro %}


{% macro values_to_clear(relation, column, value) %}
    {%- if column is not string or not column -%}
        {%- do ringfence.refuse_to_clear(relation, 'column is missing', 'Name the column that tells the parts apart') -%}
    {%- endif -%}
    {%- set given = [value] if value is string or value is mapping or value is not iterable else value -%}
    {%- set literals = [] -%}
    {%- for one in given -%}
        {%- if one is none or one is mapping or one is string and not one | trim -%}
            {%- do ringfence.refuse_to_clear(
                relation, 'the value of ' ~ column ~ " must be a number or a text, not '" ~ one ~ "'",
                'Give the value of the part that is built anew, for example var(\'year\')'
            ) -%}
        {%- endif -%}
        {%- do literals.append(ringfence.value_literal(one)) -%}
    {%- endfor -%}
    {%- if not literals -%}
        {%- do ringfence.refuse_to_clear(relation, 'the list of values is empty', 'Give at least one value') -%}
    {%- endif -%}
    {{- return(literals) -}}
{% endmacro %}


{% macro refuse_to_clear(relation, problem, way_out) %}
    {%- do exceptions.raise_compiler_error(
        'ringfence.clear_partition of ' ~ relation ~ ': ' ~ problem ~ '. ' ~ way_out ~ '.'
    ) -%}
{% endmacro %}
