-- End an exchange: held becomes spent or absent, early a tombstone; a repeat changes nothing.
-- KEYS  wallet, due, then one for each WINDOW meter to correct
-- ARGV  exchange, spent, then for each such meter: by how much, window ms
local wallet, due, exchange, spent = KEYS[1], KEYS[2], ARGV[1], tonumber(ARGV[2])
local found = redis.call('HMGET', wallet, exchange, '.total')
local letter, amount, taken_at, gauges = parse(found[1] or 'a')
local total = tonumber(found[2]) or 0

if letter == 's' or letter == 't' then
  return
end

if letter == 'e' then
  redis.call('HSET', wallet, exchange, 't')
  redis.call('ZADD', due, now + ENDED_TOMBSTONE_MS, exchange)
else
  if letter == 'h' then
    redis.call('ZREM', due, exchange)
  end
  total = string.format('%.0f', total - amount + spent)
  if spent > 0 then
    redis.call('HSET', wallet, '.total', total, exchange, 's ' .. ARGV[2])
  elseif letter == 'h' then
    redis.call('HSET', wallet, '.total', total)
    redis.call('HDEL', wallet, exchange)
  end
end
give_back(wallet, gauges)

for i = 3, #KEYS do
  local delta, length = tonumber(ARGV[2 * i - 3]), tonumber(ARGV[2 * i - 2])
  local current, previous, bucket = slide(redis.call('GET', KEYS[i]), length)
  local age = bucket - math.floor(taken_at / length)
  if delta > 0 then
    current = current + delta
  elseif age == 0 then
    current = math.max(0, current + delta)
  elseif age == 1 then
    previous = math.max(0, previous + delta)
  end
  keep(KEYS[i], length, bucket, current, previous)
end
