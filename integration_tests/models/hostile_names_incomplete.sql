select * from {{ ref('hostile_names') }}
where {{ ringfence.quoted('order') }} < 2
