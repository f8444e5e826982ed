{# Compares relation a, the one before, with b, the one after, by the cheapest means that decides: first the columns, then
   the digests, then the rows, last the values. Returns a mapping with `verdict` (identical, different, not comparable),
   `reason` and what was found; prints it for people and as one line of JSON unless quiet.

   keys: columns that name a row; without them rows are only in a or only in b, never changed.
   exclude: columns that are not compared.
   tolerance: {column: largest difference of two numbers that count as equal}; needs keys.
   samples: how many rows are shown of each kind. #}
{% macro diff_relations(a, b, keys=none, exclude=none, tolerance=none, samples=5, quiet=false) %}
    {{- return(adapter.dispatch('diff_relations', 'ringfence')(a, b, keys, exclude, tolerance, samples, quiet)) -}}
{% endmacro %}


{% macro default__diff_relations(a, b, keys, exclude, tolerance, samples, quiet) %}
    {%- do ringfence.require_names('diff_relations', 'keys', keys) -%}
    {%- do ringfence.require_names('diff_relations', 'exclude', exclude) -%}
    {%- do ringfence.require_numbers(tolerance or {}, keys, samples) -%}
    {%- set a = ringfence.relation_of('diff_relations', 'a', a) -%}
    {%- set b = ringfence.relation_of('diff_relations', 'b', b) -%}
    {%- do return({}) if not execute -%}
    {%- set found = {'verdict': 'identical', 'decided_by': 'columns', 'reason': '', 'a': a | string, 'b': b | string} -%}
    {%- do ringfence.compare_existence(found, a, b) -%}
    {%- if found.verdict == 'identical' -%}
        {%- do ringfence.compare_columns(found, a, b, keys or [], exclude or [], tolerance or {}) -%}
    {%- endif -%}
    {%- do ringfence.compare_digests(found, a, b) if found.verdict == 'identical' -%}
    {%- if found.verdict == 'different' and found.decided_by == 'digest' -%}
        {%- do ringfence.compare_keyed_rows(found, a, b, samples) if keys
            else ringfence.compare_multisets(found, a, b, samples) -%}
    {%- endif -%}
    {%- do found.pop('plan', none) -%}
    {%- do ringfence.print_difference(found) if not quiet -%}
    {{- return(found) -}}
{% endmacro %}


{% macro require_numbers(tolerance, keys, samples) %}
    {%- do ringfence.wrong_use(
        'diff_relations', "tolerance must name columns, not '" ~ tolerance ~ "'", 'Write tolerance: {amount: 0.01}'
    ) if tolerance is not mapping -%}
    {%- for column, most in tolerance.items() if most is not number or most is boolean or most < 0 -%}
        {%- do ringfence.wrong_use(
            'diff_relations', 'the tolerance of ' ~ column ~ " must be a number, not '" ~ most ~ "'",
            'Write tolerance: {' ~ column ~ ': 0.01}'
        ) -%}
    {%- endfor -%}
    {%- do ringfence.wrong_use(
        'diff_relations', 'tolerance needs keys, to know which two values belong together', 'Write keys: [order_id]'
    ) if tolerance and not keys -%}
    {%- do ringfence.wrong_use(
        'diff_relations', "samples must be a whole number, not '" ~ samples ~ "'", 'Write samples: 5'
    ) if samples is not integer or samples is boolean or samples < 0 -%}
{% endmacro %}


{% macro decide(found, verdict, decided_by, reason) %}
    {%- do found.update({'verdict': verdict, 'decided_by': decided_by, 'reason': reason}) -%}
{% endmacro %}


{% macro compare_existence(found, a, b) %}
    {%- for relation in [a, b] -%}
        {%- set exists = ringfence.relation_exists(relation) -%}
        {%- do ringfence.decide(
            found, 'not comparable', 'existence', 'dbt finds no ' ~ relation if exists is not none
            else relation ~ ' has a quote in its name, which is not looked up'
        ) if not exists -%}
    {%- endfor -%}
{% endmacro %}


{# Names and types. What is compared further goes into found.plan: pairs of columns, since capitals may differ. #}
{% macro compare_columns(found, a, b, keys, exclude, tolerance) %}
    {%- set of_a, of_b, problems = ringfence.columns_of(a), ringfence.columns_of(b), [] -%}
    {%- for name in keys + tolerance | list -%}
        {%- for relation, columns in [[a, of_a], [b, of_b]] if ringfence.column_named(columns, name) is none -%}
            {%- do problems.append(relation ~ ' has no column ' ~ name) -%}
        {%- endfor -%}
        {%- do problems.append(name ~ ' is excluded and needed') if ringfence.name_among(name, exclude) -%}
    {%- endfor -%}
    {%- for name in exclude if ringfence.column_named(of_a + of_b, name) is none -%}
        {%- do problems.append('neither has the excluded column ' ~ name) -%}
    {%- endfor -%}
    {%- do return(ringfence.decide(found, 'not comparable', 'columns', problems | last)) if problems -%}
    {%- do found.update({'plan': [], 'columns': {'removed': [], 'added': [], 'retyped': []}}) -%}
    {%- for column in of_a if not ringfence.name_among(column.name, exclude) -%}
        {%- set other = ringfence.column_named(of_b, column.name) -%}
        {%- do ringfence.plan_column(found, column, other, keys, tolerance) if other
            else found.columns.removed.append(column.name) -%}
    {%- endfor -%}
    {%- for column in of_b if not ringfence.name_among(column.name, exclude) -%}
        {%- do found.columns.added.append(column.name) if ringfence.column_named(of_a, column.name) is none -%}
    {%- endfor -%}
    {%- do ringfence.compare_plan(found) -%}
{% endmacro %}


{% macro plan_column(found, column, other, keys, tolerance) %}
    {%- set planned = {
        'name': column.name, 'type': column.type, 'in_b': other.name, 'tolerance': none,
        'is_key': ringfence.name_among(column.name, keys)
    } -%}
    {%- for name, most in tolerance.items() if ringfence.name_among(name, [column.name]) -%}
        {%- do planned.update({'tolerance': most}) -%}
    {%- endfor -%}
    {%- do found.plan.append(planned) -%}
    {%- do found.columns.retyped.append({'column': column.name, 'a': column.type, 'b': other.type})
        if other.type != column.type -%}
{% endmacro %}


{% macro compare_plan(found) %}
    {%- set differences = [] -%}
    {%- for side, names in [['a', found.columns.removed], ['b', found.columns.added]] if names -%}
        {%- do differences.append('only in ' ~ side ~ ': ' ~ names | join(', ')) -%}
    {%- endfor -%}
    {%- for change in found.columns.retyped -%}
        {%- do differences.append(change.column ~ ': ' ~ change.a ~ ' -> ' ~ change.b) -%}
    {%- endfor -%}
    {%- if differences -%}
        {%- do ringfence.decide(found, 'different', 'columns', 'columns differ (' ~ differences | join('; ') ~ ')') -%}
    {%- elif not found.plan -%}
        {%- do ringfence.decide(found, 'not comparable', 'columns', 'no column is left to compare') -%}
    {%- endif -%}
    {%- for column in found.plan | rejectattr('tolerance', 'none') -%}
        {%- do ringfence.decide(
            found, 'not comparable', 'columns', 'a tolerance is for numbers that are no keys, not for ' ~ column.name
            ~ ' of type ' ~ column.type
        ) if column.is_key or ringfence.column_family(column.type) not in ['number', 'float'] -%}
    {%- endfor -%}
{% endmacro %}


{# The counts first: where they differ, rows differ, and no digest has to be made. #}
{% macro compare_digests(found, a, b) %}
    {%- set counts = run_query('select (select count(*) from ' ~ a ~ '), (select count(*) from ' ~ b ~ ')')[0] -%}
    {%- do found.update({'rows': {'a': counts[0] | int, 'b': counts[1] | int}}) -%}
    {%- do return(
        ringfence.decide(found, 'different', 'digest', 'the numbers of rows differ')
    ) if found.rows.a != found.rows.b -%}
    {%- set digests = {} -%}
    {%- for side, relation, name in [['a', a, 'name'], ['b', b, 'in_b']] -%}
        {%- set names = found.plan | map(attribute=name) | list -%}
        {%- do digests.update({side: run_query(ringfence.table_digest(relation, columns=names))[0]['digest']}) -%}
    {%- endfor -%}
    {%- do found.update({'digest': digests}) -%}
    {%- do ringfence.decide(found, 'identical', 'digest', 'the digests of all rows are equal')
        if digests.a == digests.b
        else ringfence.decide(found, 'different', 'digest', 'the digests of the rows differ') -%}
{% endmacro %}
