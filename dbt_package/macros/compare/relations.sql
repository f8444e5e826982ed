{# A relation from what stands in --args: a name as in ref('...'), schema.table, database.schema.table, {schema, identifier,
   database} for names with points in them, or a relation itself. #}
{% macro relation_of(macro_name, argument, value) %}
    {%- do return(value) if value is not string and value.render is defined -%}
    {%- set problem = argument ~ " must be a relation, not '" ~ value ~ "'" -%}
    {%- set way_out = "Write ref('...') or source('...', '...')" -%}
    {%- if value is string -%}
        {%- do ringfence.wrong_use(macro_name, problem, way_out)
            if model is defined and not (model.unique_id | string).startswith('macro.') -%}
        {%- set parts = value.split('.') -%}
        {%- do return(ref(value)) if parts | length == 1 -%}
        {%- set value = {'identifier': parts[-1], 'schema': parts[-2], 'database': parts[-3]} -%}
    {%- endif -%}
    {%- do return(ringfence.relation_named(value)) if value is mapping and value.identifier and value.schema -%}
    {%- do ringfence.wrong_use(
        macro_name, problem, way_out ~ ', in --args the name of a model or schema.table'
    ) -%}
{% endmacro %}


{# Spark has no database above the schema; dbt does not take an undefined one for none. #}
{% macro relation_named(parts) %}
    {{- return(api.Relation.create(
        database=parts.database or target.database or none, schema=parts.schema, identifier=parts.identifier
    )) -}}
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
