-- Whoever asks for a code is about to redeem it: it counts as live no more.
-- KEYS: the code, the live codes. ARGV: the code's hash.
redis.call('ZREM', KEYS[2], ARGV[1])
return redis.call('GET', KEYS[1])
