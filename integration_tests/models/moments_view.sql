select * from {{ ref('moments') }}
