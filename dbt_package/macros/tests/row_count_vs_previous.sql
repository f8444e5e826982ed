{% macro default__test_row_count_vs_previous(
    model, max_change_pct, max_drop_pct, on_missing, allow_empty, hint, unknown
) %}
    {% do ringfence.check_arguments(unknown, {
        'max_change_pct': max_change_pct, 'max_drop_pct': max_drop_pct, 'on_missing': on_missing,
        'allow_empty': allow_empty, 'hint': hint
    }, optional='max_change_pct' if max_drop_pct is not none else '') %}

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
        {{ ringfence.or_empty(allow_empty, 'judged where row_count = 0', hint) }}
        {{ ringfence.missing_row(
            ringfence.missing_means(on_missing), previous is none, 'no previous row count', 'a count of an earlier run', hint
        ) }}
    )

    {{ ringfence.wrong_rows() }}
{% endmacro %}
