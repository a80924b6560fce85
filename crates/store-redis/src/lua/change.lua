-- Notes that something changed: what was read before does not hold. ARGV[2..]: for how long to note it (s), the names.
-- A script that has removed something may write although Redis has reached its `maxmemory`: a few bytes for a moment.
redis.call('DEL', ARGV[1] .. ARGV[3])
tick()
local count = redis.call('HINCRBY', KEYS[1], 'count', 1)
for index = 3, #ARGV do
    redis.call('SET', ARGV[1] .. ARGV[index], count, 'EX', ARGV[2])
end
