{% macro default__test_row_count_vs_previous(
    model, max_change_pct, max_drop_pct, on_missing, allow_empty, hint, unknown
) %}
    {% set known = ['max_change_pct', 'max_drop_pct', 'on_missing', 'allow_empty', 'hint'] %}
    {% do ringfence.refuse_unknown('row_count_vs_previous', unknown, known) %}
    {% if max_change_pct is not none or max_drop_pct is none %}
        {% do ringfence.require_percentage('row_count_vs_previous', 'max_change_pct', max_change_pct) %}
    {% endif %}
    {% if max_drop_pct is not none %}
        {% do ringfence.require_percentage('row_count_vs_previous', 'max_drop_pct', max_drop_pct) %}
    {% endif %}
    {% set on_missing = ringfence.missing_means('row_count_vs_previous', on_missing) %}
    {% do ringfence.require_boolean('row_count_vs_previous', 'allow_empty', allow_empty) %}

    {% set previous = ringfence.previous_row_count(ringfence.tested_relation(), config.get('where'))
        if execute and not flags.EMPTY else none %}

    with tested_size as (
        select count(*) as row_count
        from {{ model }}
    ),

    judged as (
        select
            row_count,
            {{ 0 if previous is none else previous }} as previous_count,
            {# Multiplied, never divided: after a count of zero every other one is too many. #}
            case
                {% if previous is not none and max_change_pct is not none %}
                    when abs(row_count - {{ previous }}) * 100.0 > {{ max_change_pct }} * {{ previous }}
                        then {{ ringfence.text_literal(' within ' ~ max_change_pct ~ ' percent') }}
                {% endif %}
                {% if previous is not none and max_drop_pct is not none %}
                    when ({{ previous }} - row_count) * 100.0 > {{ max_drop_pct }} * {{ previous }}
                        then {{ ringfence.text_literal(' less at most ' ~ max_drop_pct ~ ' percent') }}
                {% endif %}
                when 1 = 0 then ''
            end as allowed
        from tested_size
    ),

    wrong as (
        select
            {{ ringfence.wrong_row(
                "'row count changed'",
                "'all rows'",
                dbt.concat([ringfence.rows_as_text('previous_count'), 'allowed']),
                ringfence.rows_as_text('row_count'),
                hint
            ) }}
        from judged
        where allowed is not null
        {% if not allow_empty %}
            union all
            select {{ ringfence.empty_input_row(hint) }}
            from judged
            where row_count = 0
        {% endif %}
        {{ ringfence.missing_row(
            'row_count_vs_previous', on_missing, previous is none, 'no previous row count', 'a count of an earlier run', hint
        ) }}
    )

    {{ ringfence.wrong_rows('row_count_vs_previous') }}
{% endmacro %}
