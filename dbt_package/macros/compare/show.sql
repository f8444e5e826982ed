{# For `dbt run-operation`: the digest of a relation, for people and as one line of JSON. Arguments as of table_digest. #}
{% macro show_digest(relation, columns=none, exclude=none, where=none, portable=false) %}
    {%- set relation = ringfence.relation_of('show_digest', 'relation', relation) -%}
    {%- if execute -%}
        {%- set row = run_query(ringfence.table_digest(relation, columns, exclude, where, portable))[0] -%}
        {%- set found = {'relation': relation | string} -%}
        {%- for name in 'algorithm kind engine engine_version columns_hash row_count row_sum digest'.split() -%}
            {%- do found.update({name: row[name] | int if name == 'row_count' else row[name] | string}) -%}
        {%- endfor -%}
        {%- do print('ringfence.show_digest: ' ~ relation ~ ', ' ~ ringfence.row_count_text(found.row_count)) -%}
        {%- do print('  ' ~ found.digest) -%}
        {%- do print(tojson(found)) -%}
    {%- endif -%}
{% endmacro %}


{# For `dbt run-operation`: the profile of a relation, for people and as one line of JSON. Arguments as of profile. #}
{% macro show_profile(relation, columns=none, exclude=none, where=none, distinct=false) %}
    {%- set relation = ringfence.relation_of('show_profile', 'relation', relation) -%}
    {%- if execute -%}
        {%- set result = run_query(
            'select * from (' ~ ringfence.profile(relation, columns, exclude, where, distinct)
            ~ ') as profiled order by column_name'
        ) -%}
        {%- do print('ringfence.show_profile: ' ~ relation) -%}
        {%- set profiles = [] -%}
        {%- for row in result -%}
            {%- set profile, parts = {}, [] -%}
            {%- for name in result.column_names -%}
                {%- do profile.update({name: ringfence.plain_value(row[name])}) -%}
                {%- do parts.append(name | replace('_', ' ') ~ ' ' ~ profile[name])
                    if row[name] is not none and name not in ['column_name', 'data_type', 'row_count'] -%}
            {%- endfor -%}
            {%- do profiles.append(profile) -%}
            {%- do print('  ' ~ profile.column_name ~ ' ' ~ profile.data_type ~ ': ' ~ parts | join(', ')) -%}
        {%- endfor -%}
        {%- do print(tojson({'relation': relation | string, 'columns': profiles})) -%}
    {%- endif -%}
{% endmacro %}


{# JSON has no NaN and no infinity. #}
{% macro plain_value(value) %}
    {%- do return(value) if value is none or value is string -%}
    {%- do return(value | string) if (value | string | lower).strip('-') in ['nan', 'inf', 'infinity'] -%}
    {{- return(value | int if value == value | int else value | float) -}}
{% endmacro %}
