-- Whatever is cached does not hold: the count of changes begins anew. KEYS: the count.
redis.call('DEL', KEYS[1])
