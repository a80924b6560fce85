-- KEYS[2..]: the sign-in, the approvals. ARGV[3..]: its name, the key, now (us), now (s), for how long to list it (s).
local last = kept('end')
if not last then
    return 'unknown'
end
if kept('key') then
    return 'used'
end
if tonumber(last) <= tonumber(ARGV[6]) then
    return 'expired'
end
redis.call('HSET', KEYS[2], 'key', ARGV[4])
redis.call('ZREMRANGEBYSCORE', KEYS[3], '-inf', (tonumber(ARGV[6]) - tonumber(ARGV[7])) * 1000000)
redis.call('ZADD', KEYS[3], ARGV[5], ARGV[3] .. ' ' .. ARGV[4] .. ' ' .. ARGV[5])
redis.call('EXPIRE', KEYS[3], ARGV[7])
return 'approved'
