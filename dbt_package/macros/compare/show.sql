{# For `dbt run-operation`: the digest of a relation, for people and as one line of JSON. Arguments as of table_digest. #}
{% macro show_digest(relation, columns=none, exclude=none, where=none, portable=false) %}
    {%- set relation = ringfence.relation_of('show_digest', 'relation', relation) -%}
    {%- if execute -%}
        {%- set row = run_query(ringfence.table_digest(relation, columns, exclude, where, portable))[0] -%}
        {%- set found = {
            'relation': relation | string, 'algorithm': row['algorithm'], 'kind': row['kind'], 'engine': row['engine'],
            'engine_version': row['engine_version'], 'columns_hash': row['columns_hash'],
            'row_count': row['row_count'] | int, 'row_sum': row['row_sum'] | string, 'digest': row['digest']
        } -%}
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
                {%- set value = row[name] -%}
                {%- set is_text = value is none or value is string -%}
                {#- JSON has no NaN and no infinity. -#}
                {%- set is_finite = (value | string | lower).strip('-') not in ['nan', 'inf', 'infinity'] -%}
                {%- set plain = value if is_text else value | string if not is_finite else (
                    value | int if value == value | int else value | float
                ) -%}
                {%- do profile.update({name: plain}) -%}
                {%- if plain is not none and name not in ['column_name', 'data_type', 'row_count'] -%}
                    {%- do parts.append(name | replace('_', ' ') ~ ' ' ~ plain) -%}
                {%- endif -%}
            {%- endfor -%}
            {%- do profiles.append(profile) -%}
            {%- do print('  ' ~ profile.column_name ~ ' ' ~ profile.data_type ~ ': ' ~ parts | join(', ')) -%}
        {%- endfor -%}
        {%- do print(tojson({'relation': relation | string, 'columns': profiles})) -%}
    {%- endif -%}
{% endmacro %}
