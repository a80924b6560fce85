-- KEYS[2..]: the sign-in, those under way. ARGV[3..]: its name, browser, action, session, end (s), kept for (s), now (s).
redis.call('HSET', KEYS[2], 'memory', memory, 'browser', ARGV[4], 'action', ARGV[5], 'session', ARGV[6], 'end', ARGV[7])
redis.call('EXPIRE', KEYS[2], ARGV[8])
redis.call('ZREMRANGEBYSCORE', KEYS[3], '-inf', ARGV[9])
redis.call('ZADD', KEYS[3], ARGV[7], ARGV[3])
redis.call('EXPIRE', KEYS[3], ARGV[8])
