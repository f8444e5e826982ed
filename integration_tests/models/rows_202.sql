select unnest(range(202)) as n
