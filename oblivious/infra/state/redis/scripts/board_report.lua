-- Judge reports in their order.
-- KEYS  health by subject, subjects by the last moment at which they have something to say
-- ARGV  channel of the changes, bad, last, first ms, most ms, calm ms, the most subjects, and for each report
--       subject, outcomes, hold ms (-1 for none), reason
-- Gives now and the health after each report, '' for one that is well.
-- include board_rules
-- include board_forget
local function known(subject)
  local ends = redis.call('ZSCORE', KEYS[2], subject)
  return ends and tonumber(ends) >= now and redis.call('HGET', KEYS[1], subject)
end

local function keep(subject, health, before)
  local after = written(health)
  if after == '' then
    forget(subject)
    return after
  end
  redis.call('ZADD', KEYS[2], string.format('%.0f', kept_until(health)), subject)
  if after ~= before then
    redis.call('HSET', KEYS[1], subject, after)
    redis.call('PUBLISH', ARGV[1], cmsgpack.pack({subject, after}))
  end
  return after
end

local function judge(at)
  local subject, outcomes, hold_ms, reason = ARGV[at], ARGV[at + 1], tonumber(ARGV[at + 2]), ARGV[at + 3]
  local before = known(subject)
  local health = calmed(read(before))
  for i = 1, #outcomes do
    hear(health, string.sub(outcomes, i, i), reason)
  end
  if hold_ms >= 0 then
    ask(health, hold_ms, reason)
  end
  return keep(subject, health, before)
end

prune(PRUNED_A_REPORT)
local reply = {string.format('%.0f', now)}
for at = 8, #ARGV, 4 do
  reply[#reply + 1] = judge(at)
end
local beyond = redis.call('ZCARD', KEYS[2]) - ARGV[7]
if beyond > 0 then
  for _, subject in ipairs(redis.call('ZRANGE', KEYS[2], 0, beyond - 1)) do
    forget(subject)
  end
end
return reply
