-- Notes that something changed: what was read before does not hold. ARGV[2..]: for how long to note it (s), the names.
tick()
local count = redis.call('HINCRBY', KEYS[1], 'count', 1)
for index = 3, #ARGV do
    redis.call('SET', ARGV[1] .. ARGV[index], count, 'EX', ARGV[2])
end
