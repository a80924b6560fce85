-- KEYS[2]: the sign-in.
if not kept('end') then
    return false
end
local fields = redis.call('HMGET', KEYS[2], 'browser', 'action', 'session', 'end', 'key', 'redeemed')
return {fields[1], fields[2], fields[3], fields[4], fields[5] or '', fields[6] and 1 or 0}
