"""PostgreSQL, ours or a given one: the private server, the pool, and how rows travel."""
