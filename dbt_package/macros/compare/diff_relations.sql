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
    {%- do ringfence.require_tolerances(tolerance, keys) -%}
    {%- do ringfence.require_sample_size(samples) -%}
    {%- set a = ringfence.relation_of('diff_relations', 'a', a) -%}
    {%- set b = ringfence.relation_of('diff_relations', 'b', b) -%}
    {%- if not execute -%}
        {{- return({}) -}}
    {%- endif -%}
    {%- set found = {'verdict': 'identical', 'decided_by': 'columns', 'reason': '', 'a': a | string, 'b': b | string} -%}
    {%- for step in ['existence', 'columns', 'digest', 'rows'] -%}
        {%- if found.verdict == 'identical' -%}
            {%- if step == 'existence' -%}
                {%- do ringfence.compare_existence(found, a, b) -%}
            {%- elif step == 'columns' -%}
                {%- do ringfence.compare_columns(found, a, b, keys, exclude, tolerance) -%}
            {%- elif step == 'digest' -%}
                {%- do ringfence.compare_digests(found, a, b) -%}
            {%- endif -%}
        {%- elif step == 'rows' and found.decided_by == 'digest' -%}
            {%- if keys -%}
                {%- do ringfence.compare_keyed_rows(found, a, b, samples) -%}
            {%- else -%}
                {%- do ringfence.compare_multisets(found, a, b, samples) -%}
            {%- endif -%}
        {%- endif -%}
    {%- endfor -%}
    {%- do found.pop('plan', none) -%}
    {%- if not quiet -%}
        {%- do ringfence.print_difference(found) -%}
    {%- endif -%}
    {{- return(found) -}}
{% endmacro %}


{% macro require_tolerances(tolerance, keys) %}
    {%- if tolerance -%}
        {%- if tolerance is not mapping -%}
            {%- do ringfence.wrong_use(
                'diff_relations', "tolerance must name columns, not '" ~ tolerance ~ "'", 'Write tolerance: {amount: 0.01}'
            ) -%}
        {%- endif -%}
        {%- for column, most in tolerance.items() -%}
            {%- if most is not number or most is boolean or most < 0 -%}
                {%- do ringfence.wrong_use(
                    'diff_relations', 'the tolerance of ' ~ column ~ " must be a number, not '" ~ most ~ "'",
                    'Write tolerance: {' ~ column ~ ': 0.01}'
                ) -%}
            {%- endif -%}
        {%- endfor -%}
        {%- if not keys -%}
            {%- do ringfence.wrong_use(
                'diff_relations', 'tolerance needs keys, to know which two values belong together',
                'Write keys: [order_id]'
            ) -%}
        {%- endif -%}
    {%- endif -%}
{% endmacro %}


{% macro require_sample_size(samples) %}
    {%- if samples is not integer or samples is boolean or samples < 0 -%}
        {%- do ringfence.wrong_use(
            'diff_relations', "samples must be a whole number, not '" ~ samples ~ "'", 'Write samples: 5'
        ) -%}
    {%- endif -%}
{% endmacro %}


{% macro decide(found, verdict, decided_by, reason) %}
    {%- do found.update({'verdict': verdict, 'decided_by': decided_by, 'reason': reason}) -%}
{% endmacro %}


{% macro compare_existence(found, a, b) %}
    {%- for relation in [a, b] -%}
        {%- set exists = ringfence.relation_exists(relation) -%}
        {%- if exists is none -%}
            {%- do ringfence.decide(
                found, 'not comparable', 'existence', relation ~ ' has a quote in its name, which is not looked up'
            ) -%}
        {%- elif not exists -%}
            {%- do ringfence.decide(found, 'not comparable', 'existence', 'dbt finds no ' ~ relation) -%}
        {%- endif -%}
    {%- endfor -%}
{% endmacro %}


{# Names and types. What is compared further goes into found.plan: pairs of columns, since capitals may differ. #}
{% macro compare_columns(found, a, b, keys, exclude, tolerance) %}
    {%- set of_a = ringfence.columns_of(a) -%}
    {%- set of_b = ringfence.columns_of(b) -%}
    {%- for name in (keys or []) + (tolerance or {}) | list -%}
        {%- for side in [[a, of_a], [b, of_b]] -%}
            {%- if ringfence.column_named(side[1], name) is none -%}
                {%- do ringfence.decide(
                    found, 'not comparable', 'columns', side[0] ~ ' has no column ' ~ name
                ) -%}
            {%- endif -%}
        {%- endfor -%}
        {%- if ringfence.name_among(name, exclude or []) -%}
            {%- do ringfence.decide(found, 'not comparable', 'columns', name ~ ' is excluded and needed') -%}
        {%- endif -%}
    {%- endfor -%}
    {%- for name in exclude or [] -%}
        {%- if ringfence.column_named(of_a + of_b, name) is none -%}
            {%- do ringfence.decide(found, 'not comparable', 'columns', 'neither has the excluded column ' ~ name) -%}
        {%- endif -%}
    {%- endfor -%}
    {%- if found.verdict == 'identical' -%}
        {%- do ringfence.compare_column_lists(found, of_a, of_b, keys or [], exclude or [], tolerance or {}) -%}
    {%- endif -%}
{% endmacro %}


{% macro compare_column_lists(found, of_a, of_b, keys, exclude, tolerance) %}
    {%- set removed, added, retyped, common = [], [], [], [] -%}
    {%- for column in of_a if not ringfence.name_among(column.name, exclude) -%}
        {%- set other = ringfence.column_named(of_b, column.name) -%}
        {%- if other is none -%}
            {%- do removed.append(column.name) -%}
        {%- else -%}
            {%- if other.type != column.type -%}
                {%- do retyped.append({'column': column.name, 'a': column.type, 'b': other.type}) -%}
            {%- endif -%}
            {%- do common.append({
                'name': column.name, 'type': column.type, 'in_b': other.name,
                'is_key': ringfence.name_among(column.name, keys),
                'tolerance': ringfence.tolerance_of(column.name, tolerance)
            }) -%}
        {%- endif -%}
    {%- endfor -%}
    {%- for column in of_b if not ringfence.name_among(column.name, exclude) -%}
        {%- if ringfence.column_named(of_a, column.name) is none -%}
            {%- do added.append(column.name) -%}
        {%- endif -%}
    {%- endfor -%}
    {%- do found.update({'columns': {'removed': removed, 'added': added, 'retyped': retyped}}) -%}
    {%- for column in common if column.tolerance is not none -%}
        {%- if column.is_key or ringfence.column_family(column.type) not in ['number', 'float'] -%}
            {%- do ringfence.decide(
                found, 'not comparable', 'columns', 'a tolerance is for numbers that are no keys, not for ' ~ column.name
                ~ ' of type ' ~ column.type
            ) -%}
        {%- endif -%}
    {%- endfor -%}
    {%- if found.verdict == 'identical' -%}
        {%- if removed or added or retyped -%}
            {%- do ringfence.decide(found, 'different', 'columns', ringfence.columns_reason(removed, added, retyped)) -%}
        {%- elif not common -%}
            {%- do ringfence.decide(found, 'not comparable', 'columns', 'no column is left to compare') -%}
        {%- endif -%}
    {%- endif -%}
    {%- do found.update({'plan': common}) -%}
{% endmacro %}


{% macro tolerance_of(name, tolerance) %}
    {%- for column, most in tolerance.items() -%}
        {%- if ringfence.name_key(column) == ringfence.name_key(name) -%}
            {{- return(most) -}}
        {%- endif -%}
    {%- endfor -%}
    {{- return(none) -}}
{% endmacro %}


{% macro columns_reason(removed, added, retyped) %}
    {%- set parts = [] -%}
    {%- if removed -%}{%- do parts.append('only in a: ' ~ removed | join(', ')) -%}{%- endif -%}
    {%- if added -%}{%- do parts.append('only in b: ' ~ added | join(', ')) -%}{%- endif -%}
    {%- for change in retyped -%}
        {%- do parts.append(change.column ~ ': ' ~ change.a ~ ' -> ' ~ change.b) -%}
    {%- endfor -%}
    {{- return('columns differ (' ~ parts | join('; ') ~ ')') -}}
{% endmacro %}


{# The counts first: where they differ, rows differ, and no digest has to be made. #}
{% macro compare_digests(found, a, b) %}
    {%- set counts = run_query('select (select count(*) from ' ~ a ~ '), (select count(*) from ' ~ b ~ ')')[0] -%}
    {%- do found.update({'rows': {'a': counts[0] | int, 'b': counts[1] | int}}) -%}
    {%- if found['rows'].a != found['rows'].b -%}
        {%- do ringfence.decide(found, 'different', 'digest', 'the numbers of rows differ') -%}
        {{- return(none) -}}
    {%- endif -%}
    {%- set digests = {} -%}
    {%- for side, relation, name in [['a', a, 'name'], ['b', b, 'in_b']] -%}
        {%- set names = found.plan | map(attribute=name) | list -%}
        {%- do digests.update({side: run_query(ringfence.table_digest(relation, columns=names))[0]['digest']}) -%}
    {%- endfor -%}
    {%- do found.update({'digest': digests}) -%}
    {%- if digests.a == digests.b -%}
        {%- do ringfence.decide(found, 'identical', 'digest', 'the digests of all rows are equal') -%}
    {%- else -%}
        {%- do ringfence.decide(found, 'different', 'digest', 'the digests of the rows differ') -%}
    {%- endif -%}
{% endmacro %}
