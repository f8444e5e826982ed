{% macro default__test_unique_key(model, columns, column_name, allow_empty, hint, unknown) %}
    {% do ringfence.check_arguments(unknown, {'columns': columns, 'allow_empty': allow_empty, 'hint': hint}) %}
    {% if columns is none and column_name is none %}
        {% do ringfence.wrong_value(
            'columns', none, 'a list of column names',
            'Write columns: [column, ...], or put the test under a column'
        ) %}
    {% elif columns is not none and column_name is not none %}
        {% do ringfence.wrong_argument(
            'it has columns, and stands under the column ' ~ column_name,
            'Leave columns out, or move the test to the data_tests of the model'
        ) %}
    {% endif %}

    {% set columns = columns or [ringfence.tested_column(none, column_name)] %}
    {% set keys = ringfence.key_names(columns) %}

    with tested_rows as (
        select {{ ringfence.key_columns(columns) }}
        from {{ model }}
    ),

    per_key as (
        select {{ keys }}, count(*) as row_count
        from tested_rows
        group by {{ keys }}
    ),

    {% if not allow_empty %}
        key_size as (
            select count(*) as key_count
            from per_key
        ),
    {% endif %}

    wrong as (
        select
            {{ ringfence.wrong_row(
                "'key is not unique'",
                ringfence.key_text(columns),
                "'1 row'",
                ringfence.rows_as_text('row_count'),
                hint
            ) }}
        from per_key
        where row_count > 1
        {{ ringfence.or_empty(allow_empty, 'key_size where key_count = 0', hint) }}
    )

    {{ ringfence.wrong_rows() }}
{% endmacro %}
