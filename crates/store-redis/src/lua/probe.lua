-- Has the memory begin anew where it was emptied; answers where it begins (ms). ARGV[3]: a moment (s).
remembers(ARGV[3])
return redis.call('HGET', KEYS[1], 'since')
