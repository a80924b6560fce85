-- KEYS[2]: the challenge. ARGV[3..]: issued at (s), kept for (s), the most failures.
local uses = redis.call('GET', KEYS[2])
if not remembers(ARGV[3]) or uses == 'spent' or tonumber(uses or 0) >= tonumber(ARGV[5]) then
    return false
end
redis.call('SET', KEYS[2], 'spent', 'EX', ARGV[4])
return true
