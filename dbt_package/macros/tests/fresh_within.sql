{% macro default__test_fresh_within(
    model, max_age, column, column_name, by, expected_groups, no_future, timezone, allow_empty, hint, unknown
) %}
    {% set column = ringfence.tested_column(column, column_name) %}
    {% do ringfence.check_arguments(unknown, {
        'column': column, 'max_age': max_age, 'by': by, 'expected_groups': expected_groups, 'no_future': no_future,
        'timezone': timezone, 'allow_empty': allow_empty, 'hint': hint
    }) %}
    {% set max_seconds = ringfence.age_in_seconds(max_age) %}
    {% set groups = ringfence.group_texts(by, expected_groups) %}

    {% set keys = ringfence.key_names(by) %}
    {% set types = ringfence.known_types(ringfence.tested_relation()) %}
    {% set kind = ringfence.kind_of_type(types[column]) if column in types else 'timestamp' %}
    {% if kind not in ['date', 'timestamp', 'instant', 'text'] %}
        {% do ringfence.wrong_argument(
            'column ' ~ column ~ ' is of type ' ~ types[column] ~ ', which is no moment',
            'Name a column that holds dates, timestamps or such texts'
        ) %}
    {% endif %}
    {% set moment = ringfence.quoted(column) %}
    {% set moment = ringfence.text_as_moment(moment, timezone) if kind == 'text' else moment %}
    {% set second = ringfence.epoch(
        ringfence.in_zone('cast(moment as timestamp)', timezone)
        if timezone is not none and kind in ['date', 'timestamp'] else 'moment'
    ) %}
    {# A date is a whole day, so it ages from its end. Where its zone is not said, it may begin 14 hours before it
       does in UTC, as Pacific/Kiritimati is that far ahead: https://www.iana.org/time-zones. #}
    {% set day_length = 86400 if kind == 'date' else 0 %}
    {% set zone_slack = 50400 if kind == 'date' and timezone is none else 0 %}

    with tested_rows as (
        select {{ ringfence.key_columns(by) }}, {{ moment }} as moment
        from {{ model }}
    ),

    with_seconds as (
        select
            {{ keys }},
            moment,
            {{ second }} - {{ zone_slack }} as first_second,
            {{ second }} + {{ day_length }} as last_second,
            {{ ringfence.epoch_now() }} as now_second
        from tested_rows
    ),

    per_group as (
        {# Rows of the future never make a group fresh. #}
        select
            {{ keys }},
            max(moment) as newest,
            max(case when first_second <= now_second then moment end) as newest_past,
            max(case when first_second <= now_second then last_second - now_second end) as seconds_left,
            sum(case when first_second > now_second then 1 else 0 end) as future_count
        from with_seconds
        group by {{ keys }}
    ),

    {% if not allow_empty %}
        group_size as (
            select count(*) as group_count
            from per_group
        ),
    {% endif %}

    {% if groups %}
        expected_and_found as (
            select {% for key in keys.split(', ') %}{{ ringfence.as_text(key) }} as {{ key }}, {% endfor %}1 as is_found
            from per_group
            {% for group in groups %}
                union all
                select {{ ringfence.group_literals(group) }}, 0 as is_found
            {% endfor %}
        ),

        per_expected as (
            select {{ keys }}, max(is_found) as is_found
            from expected_and_found
            group by {{ keys }}
        ),
    {% endif %}

    wrong as (
        select
            {{ ringfence.wrong_row(
                "case when newest is null then 'no moment at all' when newest_past is null"
                ~ " then 'no moment up to now' else 'the newest row is too old' end",
                ringfence.place(by, 'column ' ~ column),
                ringfence.text_literal('a row of the last ' ~ max_age | trim),
                "case when newest_past is null then 'none' else "
                ~ ringfence.worded('newest: {newest_past}') ~ ' end',
                hint
            ) }}
        from per_group
        where seconds_left is null or seconds_left < -{{ max_seconds }}
        {% if no_future %}
            union all
            select
                {{ ringfence.wrong_row(
                    "'rows lie in the future'",
                    ringfence.place(by, 'column ' ~ column),
                    "'no row after now'",
                    ringfence.worded('{future_count rows}, newest: {newest}'),
                    hint
                ) }}
            from per_group
            where future_count > 0
        {% endif %}
        {% if groups %}
            union all
            select {{ ringfence.empty_input_row(hint, "'a group is missing'", ringfence.key_text(by)) }}
            from per_expected
            where is_found = 0
        {% endif %}
        {{ ringfence.or_empty(allow_empty, 'group_size where group_count = 0', hint) }}
    )

    {{ ringfence.wrong_rows() }}
{% endmacro %}


{% macro age_in_seconds(max_age) %}
    {%- set found = modules.re.match(
        '^ *([0-9]+(?:[.][0-9]+)?) *(second|minute|hour|day|week)s? *$', max_age | string
    ) -%}
    {%- if not found -%}
        {%- do ringfence.wrong_value(
            'max_age', max_age, 'a number and a unit',
            'Write max_age: 24 hours; the units are seconds, minutes, hours, days and weeks'
        ) -%}
    {%- endif -%}
    {%- set seconds = {'second': 1, 'minute': 60, 'hour': 3600, 'day': 86400, 'week': 604800} -%}
    {{- return((found.group(1) | float) * seconds[found.group(2)]) -}}
{% endmacro %}


{# The expected groups as lists with a text for each column of `by`; NULL stays none. #}
{% macro group_texts(by, expected_groups) %}
    {%- set found = [] -%}
    {%- set is_list = expected_groups is sequence and expected_groups is not string and expected_groups is not mapping -%}
    {%- if expected_groups is not none and not (by and is_list and expected_groups) -%}
        {%- do ringfence.wrong_argument(
            'expected_groups must be a list of values of the columns in by, not ' ~ expected_groups,
            'Write by: [region] and expected_groups: [north, south]'
        ) -%}
    {%- endif -%}
    {%- for group in expected_groups or [] -%}
        {%- set values = group if group is sequence and group is not string else [group] -%}
        {%- if values | length != by | length -%}
            {%- do ringfence.wrong_argument(
                'expected_groups holds ' ~ group ~ ', and by names ' ~ by | join(', '),
                'Write a list of as many values for each group'
            ) -%}
        {%- endif -%}
        {%- set texts = [] -%}
        {%- for value in values -%}
            {%- do texts.append(value | lower if value is boolean else value) -%}
        {%- endfor -%}
        {%- do found.append(texts) -%}
    {%- endfor -%}
    {{- return(found) -}}
{% endmacro %}


{% macro group_literals(group) %}
    {%- for value in group -%}
        {{ ringfence.as_text(ringfence.text_literal(value)) }} as key_{{ loop.index }}{{ ', ' if not loop.last }}
    {%- endfor -%}
{% endmacro %}
