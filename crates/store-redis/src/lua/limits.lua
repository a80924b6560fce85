-- Takes from all limits, or from none; or charges all of them.
-- KEYS: the limits. ARGV: take or charge, now (us), the latest moment that a clock may be ahead to (us), and for each
-- limit its capacity, price and room (us).
-- Answers for each limit whether it fits, and its two moments afterwards.
local charge, now, ahead = ARGV[1] == 'charge', tonumber(ARGV[2]), tonumber(ARGV[3])
local debts, moments, answer, all_fit = {}, {}, {}, true
for n, key in ipairs(KEYS) do
    local capacity, price, room = tonumber(ARGV[3 * n + 1]), tonumber(ARGV[3 * n + 2]), tonumber(ARGV[3 * n + 3])
    local at, debt = now, 0
    local kept = redis.call('GET', key)
    if kept then
        local tat, latest = string.match(kept, '^(%-?%d+) (%-?%d+)$')
        if tonumber(latest) <= ahead then
            at = math.max(now, tonumber(latest))
            debt = math.min(math.max(tonumber(tat) - at, 0), capacity)
        end
    end
    local fits = debt + room <= capacity
    all_fit = all_fit and fits
    if fits then
        debt = debt + price
    elseif charge then
        debt = math.min(debt + price, capacity)
    end
    debts[n], moments[n] = debt, at
    answer[3 * n - 2], answer[3 * n - 1], answer[3 * n] = fits and 1 or 0, at + debt, at
end
if charge or all_fit then
    for n, key in ipairs(KEYS) do
        if tonumber(ARGV[3 * n + 2]) > 0 then
            local level = string.format('%.0f %.0f', moments[n] + debts[n], moments[n])
            -- A minute longer than it owes.
            redis.call('SET', key, level, 'PX', string.format('%.0f', math.ceil(debts[n] / 1000) + 60000))
        end
    end
end
return answer
