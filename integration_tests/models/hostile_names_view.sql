select * from {{ ref('hostile_names') }}
