{# 0 to 999, on every engine. #}
select cast(series.generated_number - 1 as integer) as n
from ({{ dbt.generate_series(1000) }}) as series
