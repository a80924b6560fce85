-- Answers the entry, or where the count of changes stands before the database is read instead.
-- KEYS[2]: the entry.
local base, count = tick()
local entry = redis.call('HMGET', KEYS[2], 'count', 'names', 'text')
if entry[1] and not changed(entry[2], entry[1]) then
    return {entry[3], base, count}
end
return {false, base, count}
