select unnest(range(201)) as n
