-- The count of changes, and where it began: at the microsecond, so that another beginning is another number.
-- What was read under another beginning does not hold. KEYS[1]: the count.
local function tick()
    local known = redis.call('HMGET', KEYS[1], 'base', 'count')
    if not known[1] then
        local time = redis.call('TIME')
        local micros = time[1] .. string.format('%06d', time[2])
        redis.call('HSET', KEYS[1], 'base', micros, 'count', micros)
        known = {micros, micros}
    end
    return known[1], known[2]
end

-- Whether one of `names`, with spaces between them, changed after `count`. ARGV[1]: what their keys begin with.
local function changed(names, count)
    for name in string.gmatch(names, '%S+') do
        local last = redis.call('GET', ARGV[1] .. name)
        if last and tonumber(last) > tonumber(count) then
            return true
        end
    end
    return false
end

