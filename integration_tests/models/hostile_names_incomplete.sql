select * from {{ ref('hostile_names') }}
where "order" < 2
