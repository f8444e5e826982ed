{# Only rows of which every rule's condition is true: one that is NULL has not shown that the row is valid.

   rules: a list of {name, condition, reason}; the condition is SQL that holds for valid rows, the reason is optional. #}
{% macro valid_rows(relation, rules) %}
    {{- return(adapter.dispatch('valid_rows', 'ringfence')(relation, rules)) -}}
{% endmacro %}


{% macro default__valid_rows(relation, rules) %}
    {%- do ringfence.require_rules('valid_rows', rules) -%}
    select *
    from {{ relation }}
    where
        {% for rule in rules %}
            {{ 'and ' if not loop.first }}{{ ringfence.holds(rule) }} = 1
        {% endfor %}
{% endmacro %}


{# All other rows, each once, with three columns more: rejected_rules (names), rejected_reasons, rejected_count. #}
{% macro rejected_rows(relation, rules) %}
    {{- return(adapter.dispatch('rejected_rows', 'ringfence')(relation, rules)) -}}
{% endmacro %}


{% macro default__rejected_rows(relation, rules) %}
    {%- do ringfence.require_rules('rejected_rows', rules) -%}
    {%- do ringfence.require_free_names(relation) -%}
    {#- Whether a row is rejected is asked exactly as in valid_rows: each row is in one of both. -#}
    select
        *,
        {{ ringfence.rejections(rules, 'names') }} as rejected_rules,
        {{ ringfence.rejections(rules, 'reasons') }} as rejected_reasons,
        {% for rule in rules %}
            {{ '+ ' if not loop.first }}case when (
                {{ rule.condition }}
            ) then 0 else 1 end
        {% endfor %} as rejected_count
    from {{ relation }}
    where
        {% for rule in rules %}
            {{ 'or ' if not loop.first }}{{ ringfence.holds(rule) }} = 0
        {% endfor %}
{% endmacro %}


{# 1 where the condition of a rule is true, else 0. What follows stands on a line of its own: a comment may end it. #}
{% macro holds(rule) -%}
    case when (
        {{ rule.condition }}
    ) then 1 else 0 end
{%- endmacro %}


{# Joined with separators in front of each part, and the first separator cut off. #}
{% macro rejections(rules, what) %}
    {%- set parts = [] -%}
    {%- for rule in rules -%}
        {%- set text = ', ' ~ rule.name if what == 'names'
            else '; ' ~ rule.name ~ ': ' ~ (rule.reason or rule.condition | trim) -%}
        {%- set undecided = text if what == 'names' else text ~ ' (the condition is NULL)' -%}
        {%- set condition = '(\n' ~ rule.condition ~ '\n)' -%}
        {%- do parts.append(
            'case when ' ~ condition ~ " then '' when not " ~ condition ~ ' then '
            ~ ringfence.text_literal(text) ~ ' else ' ~ ringfence.text_literal(undecided) ~ ' end'
        ) -%}
    {%- endfor -%}
    {{- return('substr(' ~ ringfence.joined(parts) ~ ', 3)') -}}
{% endmacro %}


{# Where the relation is not built yet there is nothing to see, as in `dbt compile`. #}
{% macro require_free_names(relation) %}
    {%- set columns = ringfence.columns_of(relation) if execute and load_relation(relation) is not none -%}
    {%- for column in columns if column.name | lower in ['rejected_rules', 'rejected_reasons', 'rejected_count'] -%}
        {%- do ringfence.wrong_use(
            'rejected_rows', relation ~ ' has a column ' ~ column.name ~ ' already',
            'Rename it in a model before, or leave it out there'
        ) -%}
    {%- endfor -%}
{% endmacro %}


{% macro require_rules(macro_name, rules) %}
    {%- set example = "{'name': 'amount_positive', 'condition': 'amount > 0'}" -%}
    {%- do ringfence.wrong_use(
        macro_name, "rules must be a list of rules, not '" ~ rules ~ "'", 'Write [' ~ example ~ ']'
    ) if not ringfence.is_list(rules) or not rules -%}
    {%- set names = [] -%}
    {%- for rule in rules -%}
        {%- do ringfence.wrong_use(
            macro_name, "a rule must have a name and a condition, not be '" ~ rule ~ "'", 'Write ' ~ example
        ) if rule is not mapping -%}
        {%- for key in rule if key not in ['name', 'condition', 'reason'] -%}
            {%- do ringfence.wrong_use(
                macro_name, "a rule has no '" ~ key ~ "'", 'It takes name, condition, reason'
            ) -%}
        {%- endfor -%}
        {%- for key in ['name', 'condition'] if rule[key] is not string or not rule[key] | trim -%}
            {%- do ringfence.wrong_use(
                macro_name, 'rule ' ~ loop.index ~ ' has no ' ~ key, "Write {'name': '...', 'condition': '...'}"
            ) -%}
        {%- endfor -%}
        {%- do ringfence.wrong_use(
            macro_name, 'the reason of rule ' ~ rule.name ~ ' is no text', "Write 'reason': '...'"
        ) if rule.get('reason', none) is not none and rule.reason is not string -%}
        {%- do ringfence.wrong_use(
            macro_name, 'two rules are named ' ~ rule.name, 'Give each a name of its own'
        ) if rule.name in names -%}
        {%- do names.append(rule.name) -%}
    {%- endfor -%}
{% endmacro %}
