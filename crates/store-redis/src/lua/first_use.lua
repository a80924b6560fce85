-- KEYS[2]: what is used. ARGV[3..]: usable from (s), kept for (s).
if not remembers(ARGV[3]) then
    return false
end
return redis.call('SET', KEYS[2], '1', 'NX', 'EX', ARGV[4])
