-- Keeps what was read, unless it changed, or the count began anew, since before it was read.
-- KEYS[2]: the entry. ARGV[2..]: base and count from before, the names it depends on, its text, its life (s).
local base = tick()
if base == ARGV[2] and not changed(ARGV[4], ARGV[3]) then
    redis.call('HSET', KEYS[2], 'base', base, 'count', ARGV[3], 'names', ARGV[4], 'text', ARGV[5])
    redis.call('EXPIRE', KEYS[2], ARGV[6])
end
