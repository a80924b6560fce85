-- Answers the entry, or where the count of changes stands before the database is read instead.
-- KEYS[2]: the entry.
local base, count = tick()
local entry = redis.call('HMGET', KEYS[2], 'base', 'count', 'names', 'text')
if entry[1] == base and not changed(entry[3], entry[2]) then
    return {entry[4], base, count}
end
return {false, base, count}
