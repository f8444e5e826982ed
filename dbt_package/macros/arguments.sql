{% macro wrong_argument(problem, way_out) %}
    {% do exceptions.raise_compiler_error(
        'ringfence.%s on %s: %s. %s.' | format(model.test_metadata.name, ringfence.tested_node(), problem, way_out)
    ) %}
{% endmacro %}


{% macro wrong_value(argument, value, wanted, way_out) %}
    {% set missing = argument ~ ' is missing, it must be ' ~ wanted %}
    {% set problem = missing if value is none else "%s must be %s, not '%s'" | format(argument, wanted, value) %}
    {% do ringfence.wrong_argument(problem, way_out) %}
{% endmacro %}


{# `ref('orders')`, taken from the test's own text: `attached_node` is not yet known while dbt parses and
   never for a source. `model` is here the test itself, as no parameter of that name hides it. #}
{% macro tested_node() %}
    {{- return(model.test_metadata.kwargs.model.split('get_where_subquery(')[-1].rsplit(')', 1)[0]) -}}
{% endmacro %}


{# Stops over arguments that a test does not take, and over values of the wrong kind. `given` holds every argument
   that it takes. What an argument is called says of what kind it is, in all tests; `optional` names more that may be
   none. #}
{% macro check_arguments(unknown, given, optional='') %}
    {% for name in unknown %}
        {% set problem, way_out = {
            'column_name': [
                'it stands under the column ' ~ unknown[name],
                "It judges whole relations: move it to the model's own data_tests"
            ],
            'arguments': [
                'this dbt does not read `arguments:`',
                'Write the arguments directly under the name of the test, or use dbt 1.10.5 or later with'
                ~ ' the flag require_generic_test_arguments_property'
            ]
        }.get(name, ["unknown argument '" ~ name ~ "'", 'It takes ' ~ given | join(', ')]) %}
        {% do ringfence.wrong_argument(problem, way_out) %}
    {% endfor %}
    {% set kinds = {
        'boolean': 'allow_empty end_included no_future ordered',
        'choice': 'rows on_missing',
        'columns': 'columns keys by group_by exclude names',
        'condition': 'when condition then in_where',
        'count': 'min_rows min_matches',
        'name': 'column compare_column start end timezone',
        'number': 'abs',
        'percentage': 'max_pct max_change_pct max_drop_pct pct',
        'relation': 'compare_to in against',
        'types': 'types',
        'variable': 'var'
    } %}
    {% set optional = optional ~ ' against compare_column in_where max_drop_pct on_missing timezone' %}
    {% for kind, names in kinds.items() %}
        {% for name in names.split() if name in given and not (given[name] is none and name in optional.split()) %}
            {% do ringfence.require(kind, name, given[name]) %}
        {% endfor %}
    {% endfor %}
{% endmacro %}


{# Stops unless a value is of a kind. A quoted "false" is no boolean, as to Jinja it would be true; a relation calls
   itself a mapping, and takes no question as one. #}
{% macro require(kind, argument, value) %}
    {% set is_text = value is string and value != '' %}
    {% set is_list = value is sequence and value is not string and value is not mapping %}
    {% set is_amount = value is number and value is not boolean and value >= 0 %}
    {% set choices = ['every', 'some'] if argument == 'rows' else ['warn', 'fail', 'pass'] %}
    {% set is_right, wanted, example = {
        'boolean': [value is boolean, 'true or false', 'true, without quotes'],
        'choice': [value in choices, 'one of ' ~ choices | join(', '), choices[0]],
        'columns': [
            value is none or is_list and value and value | reject('string') | list == [],
            'a list of column names', '[column, ...] with the names as the database has them'
        ],
        'condition': [is_text and value | trim, 'an SQL condition', '"..." as after the word where'],
        'count': [value is none or value is integer and is_amount, 'a whole number', '1, or leave it out'],
        'name': [is_text, 'the name of a column', 'name, as the database has it'],
        'number': [is_amount, 'a number that is not negative', '0.01, or leave it out'],
        'percentage': [is_amount, 'a percentage', '0.5 for half a percent'],
        'relation': [
            value is not none and value is not string and value is not number, 'a relation',
            "ref('...') or source('...', '...')"
        ],
        'types': [
            value is none or kind == 'types' and value is mapping and value
                and value.values() | reject('string') | list == [],
            'a mapping of columns to types', '{order_id: integer}'
        ],
        'variable': [is_text, 'the name of a variable', 'name, as in the vars of dbt_project.yml']
    }[kind] %}
    {% if not is_right %}
        {% do ringfence.wrong_value(argument, value, wanted, 'Write ' ~ argument ~ ': ' ~ example) %}
    {% endif %}
{% endmacro %}


{# Names in lists are looked up where the columns of the relation are known. #}
{% macro require_known_columns(argument, names, known) %}
    {% for name in names or [] if execute and name not in known %}
        {% do ringfence.wrong_argument(
            argument ~ ": there is no column '" ~ name ~ "'",
            'Write the name as the database has it: ' ~ known | join(', ')
        ) %}
    {% endfor %}
{% endmacro %}
