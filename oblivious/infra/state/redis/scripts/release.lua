-- include entry
-- include gauges
-- Take away up to `most` entries that are due, the oldest first; return how many.
local function release(wallet, due, most)
  local late = redis.call('ZRANGEBYSCORE', due, '-inf', string.format('%.0f', now), 'LIMIT', 0, most)
  if #late == 0 then
    return 0
  end
  local entries = redis.call('HMGET', wallet, unpack(late))
  local released, freed = 0, 0
  for i, exchange in ipairs(late) do
    local letter, amount, _, gauges = parse(entries[i])
    if letter ~= 'a' and letter ~= 's' then
      released, freed = released + 1, freed + amount
      if letter ~= 't' then
        give_back(wallet, gauges)
      end
    end
    if letter == 'e' then
      redis.call('HSET', wallet, exchange, 't')
      redis.call('ZADD', due, string.format('%.0f', now + TOMBSTONE_MS), exchange)
    else
      redis.call('ZREM', due, exchange)
    end
    if letter == 'h' or letter == 't' then
      redis.call('HDEL', wallet, exchange)
    end
  end
  if freed > 0 then
    redis.call('HINCRBY', wallet, '.total', string.format('%.0f', -freed))
  end
  return released
end
