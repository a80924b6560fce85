-- Nothing was ever forgotten: nothing was to be remembered yet. KEYS: the marker. ARGV: the run.
redis.call('HSET', KEYS[1], 'run', ARGV[1], 'since', 0)
