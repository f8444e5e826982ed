select unnest(range(200)) as n
