-- KEYS[2]: the approvals. ARGV[3..]: from when on (us), how many at most.
return redis.call('ZRANGEBYSCORE', KEYS[2], ARGV[3], '+inf', 'LIMIT', 0, ARGV[4])
