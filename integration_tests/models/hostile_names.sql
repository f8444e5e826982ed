{# Names that break when they are not quoted, or quoted and not escaped; the last has 128 characters. #}
with three as (
    select n from {{ ref('numbers') }}
    where n < 3
)

select
    n as "order",
    n as "MixedCase",
    n as "say ""hi""",
    n as "it's",
    n as "größe",
    n as "long_long_long_long_long_long_long_long_long_long_long_long_long_long_long_long_long_long_long_long_long_long_long_long_long_end",
    'v' || cast(n as varchar) as "a b"
from three
