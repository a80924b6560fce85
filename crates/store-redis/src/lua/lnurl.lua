-- The memory that this is, told by its beginning, and the field `name` of a sign-in that was kept in it.
remembers(0)
local memory = redis.call('HGET', KEYS[1], 'since')
local function kept(name)
    local fields = redis.call('HMGET', KEYS[2], 'memory', name)
    return fields[1] == memory and fields[2]
end

