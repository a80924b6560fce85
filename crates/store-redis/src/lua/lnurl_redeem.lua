-- KEYS[2..]: the sign-in, those under way. ARGV[3..]: its name, the browser, the latest end that is too late (s).
local key = kept('key')
if not key or kept('redeemed') or kept('browser') ~= ARGV[4] or tonumber(kept('end')) <= tonumber(ARGV[5]) then
    return false
end
redis.call('HSET', KEYS[2], 'redeemed', 1)
redis.call('ZREM', KEYS[3], ARGV[3])
return key
