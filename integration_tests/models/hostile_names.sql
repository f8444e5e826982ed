{# Names that break when they are not quoted, or quoted and not escaped; the last has 128 characters. #}
with three as (
    select n from {{ ref('numbers') }}
    where n < 3
)

select
    n as {{ ringfence.quoted('order') }},
    n as {{ ringfence.quoted('MixedCase') }},
    n as {{ ringfence.quoted('say "hi"') }},
    n as {{ ringfence.quoted("it's") }},
    n as {{ ringfence.quoted('größe') }},
    n as {{ ringfence.quoted('long_' * 25 ~ 'end') }},
    'v' || cast(n as {{ dbt.type_string() }}) as {{ ringfence.quoted('a b') }}
from three
