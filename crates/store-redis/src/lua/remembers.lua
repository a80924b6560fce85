-- Whether the memory reaches back to `from` (s); where it was emptied, it begins anew.
-- KEYS[1]: the marker. ARGV[1], ARGV[2]: the run, where a new memory begins (ms).
local function remembers(from)
    local since = redis.call('HGET', KEYS[1], 'since')
    if not since then
        since = ARGV[2]
        redis.call('HSET', KEYS[1], 'run', ARGV[1], 'since', since)
    end
    return tonumber(from) * 1000 >= tonumber(since)
end

