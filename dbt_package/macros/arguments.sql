{% macro wrong_argument(test_name, problem, way_out) %}
    {% do exceptions.raise_compiler_error(
        'ringfence.' ~ test_name ~ ' on ' ~ ringfence.tested_node() ~ ': ' ~ problem ~ '. ' ~ way_out ~ '.'
    ) %}
{% endmacro %}


{# `ref('orders')`, taken from the test's own text: `attached_node` is not yet known while dbt parses and
   never for a source. `model` is here the test itself, as no parameter of that name hides it. #}
{% macro tested_node() %}
    {{- return(model.test_metadata.kwargs.model.split('get_where_subquery(')[-1].rsplit(')', 1)[0]) -}}
{% endmacro %}


{% macro refuse_unknown(test_name, unknown, known) %}
    {% for name in unknown %}
        {% if name == 'column_name' %}
            {% do ringfence.wrong_argument(
                test_name, 'it stands under the column ' ~ unknown[name],
                "It judges whole relations: move it to the model's own data_tests"
            ) %}
        {% elif name == 'arguments' %}
            {% do ringfence.wrong_argument(
                test_name, 'this dbt does not read `arguments:`',
                'Write the arguments directly under the name of the test, or use dbt 1.10.5 or later with'
                ~ ' the flag require_generic_test_arguments_property'
            ) %}
        {% else %}
            {% do ringfence.wrong_argument(
                test_name, "unknown argument '" ~ name ~ "'", 'It takes ' ~ known | join(', ')
            ) %}
        {% endif %}
    {% endfor %}
{% endmacro %}


{% macro require_relation(test_name, argument, value) %}
    {% if value is none or value is string or value is number %}
        {% do ringfence.wrong_argument(
            test_name, ringfence.what_is_wrong(argument, value, 'a relation'),
            'Write ' ~ argument ~ ": ref('...') or source('...', '...')"
        ) %}
    {% endif %}
{% endmacro %}


{% macro require_condition(test_name, argument, value) %}
    {% if value is not string or not value | trim %}
        {% do ringfence.wrong_argument(
            test_name, ringfence.what_is_wrong(argument, value, 'an SQL condition'),
            'Write ' ~ argument ~ ': "..." as after the word where'
        ) %}
    {% endif %}
{% endmacro %}


{% macro require_columns(test_name, argument, value) %}
    {% set is_list = value is sequence and value is not string and value is not mapping %}
    {% if value is not none and not (is_list and value and value | reject('string') | list == []) %}
        {% do ringfence.wrong_argument(
            test_name, ringfence.what_is_wrong(argument, value, 'a list of column names'),
            'Write ' ~ argument ~ ': [column, ...] with the names as the database has them'
        ) %}
    {% endif %}
{% endmacro %}


{% macro require_count(test_name, argument, value) %}
    {% if value is not none and (value is not integer or value is boolean or value < 0) %}
        {% do ringfence.wrong_argument(
            test_name, ringfence.what_is_wrong(argument, value, 'a whole number'),
            'Write ' ~ argument ~ ': 1, or leave it out'
        ) %}
    {% endif %}
{% endmacro %}


{% macro require_percentage(test_name, argument, value) %}
    {% if value is not number or value is boolean or value < 0 %}
        {% do ringfence.wrong_argument(
            test_name, ringfence.what_is_wrong(argument, value, 'a percentage'),
            'Write ' ~ argument ~ ': 0.5 for half a percent'
        ) %}
    {% endif %}
{% endmacro %}


{# A quoted "false" is a non-empty text and would count as true. #}
{% macro require_boolean(test_name, argument, value) %}
    {% if value is not boolean %}
        {% do ringfence.wrong_argument(
            test_name, ringfence.what_is_wrong(argument, value, 'true or false'),
            'Write ' ~ argument ~ ': true, without quotes'
        ) %}
    {% endif %}
{% endmacro %}


{% macro what_is_wrong(argument, value, wanted) %}
    {%- if value is none -%}
        {{- return(argument ~ ' is missing, it must be ' ~ wanted) -}}
    {%- endif -%}
    {{- return(argument ~ ' must be ' ~ wanted ~ ", not '" ~ value ~ "'") -}}
{% endmacro %}


{% macro require_name(test_name, argument, value) %}
    {% if value is not string or not value %}
        {% do ringfence.wrong_argument(
            test_name, ringfence.what_is_wrong(argument, value, 'the name of a column'),
            'Write ' ~ argument ~ ': name, as the database has it'
        ) %}
    {% endif %}
{% endmacro %}


{% macro require_not_negative(test_name, argument, value) %}
    {% if value is not number or value is boolean or value < 0 %}
        {% do ringfence.wrong_argument(
            test_name, ringfence.what_is_wrong(argument, value, 'a number that is not negative'),
            'Write ' ~ argument ~ ': 0.01, or leave it out'
        ) %}
    {% endif %}
{% endmacro %}


{% macro require_choice(test_name, argument, value, choices) %}
    {% if value not in choices %}
        {% do ringfence.wrong_argument(
            test_name, ringfence.what_is_wrong(argument, value, 'one of ' ~ choices | join(', ')),
            'Write ' ~ argument ~ ': ' ~ choices[0]
        ) %}
    {% endif %}
{% endmacro %}


{# Names in lists are looked up where the columns of the relation are known. #}
{% macro require_known_columns(test_name, argument, names, known) %}
    {% for name in names or [] if execute and name not in known %}
        {% do ringfence.wrong_argument(
            test_name, argument ~ ": there is no column '" ~ name ~ "'",
            'Write the name as the database has it: ' ~ known | join(', ')
        ) %}
    {% endfor %}
{% endmacro %}
