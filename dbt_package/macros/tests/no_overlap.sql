{% macro default__test_no_overlap(
    model, start, end, by, end_included, allow_empty, hint, unknown
) %}
    {% do ringfence.check_arguments(unknown, {
        'start': start, 'end': end, 'by': by, 'end_included': end_included, 'allow_empty': allow_empty, 'hint': hint
    }) %}

    {% set keys = ringfence.key_names(by) %}
    {# Without its end, an interval of no length holds no moment and overlaps with nothing. #}
    {% set meets = '<=' if end_included else '<' %}
    {# Written out three times, as Snowflake and Redshift have no window clause. #}
    {% set earlier %}over (
                partition by {{ keys }}
                order by case when starts_at is null then 0 else 1 end, starts_at
                rows between unbounded preceding and 1 preceding
            ){% endset %}

    with tested_rows as (
        select
            {{ ringfence.key_columns(by) }},
            {{ ringfence.quoted(start) }} as starts_at,
            {{ ringfence.quoted(end) }} as ends_at
        from {{ model }}
    ),

    {% if not allow_empty %}
        tested_size as (
            select count(*) as row_count
            from tested_rows
        ),
    {% endif %}

    {# One pass instead of a self join: an interval overlaps with an earlier one where it starts before the latest
       end so far. NULL as a start or an end means without limit. #}
    with_earlier as (
        select
            {{ keys }},
            starts_at,
            count(*) {{ earlier }} as earlier_count,
            max(ends_at) {{ earlier }} as latest_end,
            max(case when ends_at is null then 1 else 0 end) {{ earlier }} as earlier_never_ends
        from tested_rows
        where starts_at is null or ends_at is null or starts_at {{ meets }} ends_at
    ),

    wrong as (
        select
            {{ ringfence.wrong_row(
                "'intervals overlap'",
                ringfence.key_text(by),
                "case when earlier_never_ends = 1 then 'no start after an interval without end' else "
                ~ ringfence.worded('a start %s {latest_end}' | format('after' if end_included else 'at or after'))
                ~ ' end',
                "case when starts_at is null then 'no start' else "
                ~ ringfence.worded('a start at {starts_at}') ~ ' end',
                hint
            ) }}
        from with_earlier
        where earlier_count > 0
            and (earlier_never_ends = 1 or starts_at is null or starts_at {{ meets }} latest_end)
        union all
        select
            {{ ringfence.wrong_row(
                "'interval ends before it starts'",
                ringfence.key_text(by),
                ringfence.worded('an end at or after {starts_at}'),
                ringfence.worded('an end at {ends_at}'),
                hint
            ) }}
        from tested_rows
        where starts_at > ends_at
        {{ ringfence.or_empty(allow_empty, 'tested_size where row_count = 0', hint) }}
    )

    {{ ringfence.wrong_rows() }}
{% endmacro %}
