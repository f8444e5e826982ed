{# A relation from what stands in --args: a name as in ref('...'), schema.table, database.schema.table, {schema, identifier,
   database} for names with points in them, or a relation itself. #}
{% macro relation_of(macro_name, argument, value) %}
    {%- if value is not string and value.render is defined -%}
        {{- return(value) -}}
    {%- elif value is string -%}
        {%- if model is defined and not (model.unique_id | string).startswith('macro.') -%}
            {%- do ringfence.wrong_use(
                macro_name, argument ~ " must be a relation, not '" ~ value ~ "'", "Write ref('...') or source('...', '...')"
            ) -%}
        {%- endif -%}
        {%- set parts = value.split('.') -%}
        {%- if parts | length == 1 -%}
            {{- return(ref(value)) -}}
        {%- endif -%}
        {%- set value = {
            'identifier': parts[-1], 'schema': parts[-2], 'database': parts[-3] if parts | length > 2 else none
        } -%}
        {{- return(ringfence.relation_named(value)) -}}
    {%- elif value is mapping and value.identifier and value.schema -%}
        {{- return(ringfence.relation_named(value)) -}}
    {%- endif -%}
    {%- do ringfence.wrong_use(
        macro_name, argument ~ " must be a relation, not '" ~ value ~ "'",
        "Write ref('...') or source('...', '...'), in --args the name of a model or schema.table"
    ) -%}
{% endmacro %}


{% macro relation_named(parts) %}
    {{- return(api.Relation.create(
        database=ringfence.database_or_none(parts.database), schema=parts.schema, identifier=parts.identifier
    )) -}}
{% endmacro %}


{% macro database_or_none(name) %}
    {{- return(adapter.dispatch('database_or_none', 'ringfence')(name)) -}}
{% endmacro %}


{% macro default__database_or_none(name) %}
    {{- return(name or target.database) -}}
{% endmacro %}


{# Spark has no database above the schema; dbt does not take an undefined one for none. #}
{% macro spark__database_or_none(name) %}
    {{- return(name or none) -}}
{% endmacro %}


{# Whether the database has it. Names with quotes are not looked up: adapters put them into their queries as they are. #}
{% macro relation_exists(relation) %}
    {%- for part in [relation.database, relation.schema, relation.identifier] -%}
        {%- if part and ("'" in part or adapter.quote('')[:1] in part) -%}
            {{- return(none) -}}
        {%- endif -%}
    {%- endfor -%}
    {{- return(load_relation(relation) is not none) -}}
{% endmacro %}
