-- Another run of Redis may have lost the last that it was told: its memory begins anew, and what it caches is void.
-- Answers where it begins (ms).
-- KEYS: the marker, the count of changes. ARGV: the run, where a new memory begins (ms).
if redis.call('HGET', KEYS[1], 'run') ~= ARGV[1] then
    redis.call('HSET', KEYS[1], 'run', ARGV[1], 'since', ARGV[2])
    redis.call('DEL', KEYS[2])
end
return redis.call('HGET', KEYS[1], 'since')
