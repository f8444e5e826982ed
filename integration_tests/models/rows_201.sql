select n from {{ ref('numbers') }}
where n < 201
