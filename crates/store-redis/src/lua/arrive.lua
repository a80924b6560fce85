-- Another run of Redis may have lost the last that it was told: its memory begins now.
-- KEYS: the marker. ARGV: the run, now (ms).
if redis.call('HGET', KEYS[1], 'run') ~= ARGV[1] then
    redis.call('HSET', KEYS[1], 'run', ARGV[1], 'since', ARGV[2])
end
