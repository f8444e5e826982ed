{# Names that break when they are not quoted, or quoted and not escaped; the last has 128 characters. #}
with numbers as (
    select unnest(range(3)) as n
)

select
    n as "order",
    n as "MixedCase",
    n as "say ""hi""",
    n as "it's",
    n as "größe",
    n as "long_long_long_long_long_long_long_long_long_long_long_long_long_long_long_long_long_long_long_long_long_long_long_long_long_end",
    'v' || n as "a b"
from numbers
