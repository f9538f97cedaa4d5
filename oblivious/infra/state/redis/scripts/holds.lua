-- What every script on the draws of one owner needs.
-- KEYS  meters (a hash: .until, the windows and gauges, and each hold: when it was taken, its gauges and costs),
--       leases (a sorted set: when each hold ends)
local meters, leases = KEYS[1], KEYS[2]

local function text(number)
  return string.format('%.0f', number)
end

-- Free the gauges of a hold and return when it was taken.
local function free(kept)
  local hold = cmsgpack.unpack(kept)
  for i = 2, #hold, 2 do
    redis.call('HINCRBY', meters, hold[i], text(0 - hold[i + 1]))
  end
  return hold[1]
end

-- End what should have ended by itself.
local function release()
  local over = redis.call('ZRANGEBYSCORE', leases, '-inf', text(now), 'LIMIT', 0, RELEASED_AT_ONCE)
  if #over > 0 then
    for _, kept in ipairs(redis.call('HMGET', meters, unpack(over))) do
      if kept then
        free(kept)
      end
    end
    redis.call('HDEL', meters, unpack(over))
    redis.call('ZREM', leases, unpack(over))
  end
end

-- Let everything live for `life` ms more at least; what Redis is told is twice that, so that it is told seldom.
-- Then a few meters that count nothing any more go, too.
local function keep(until_then, life)
  if (tonumber(until_then) or 0) >= now + life then
    return
  end
  -- include idle
  local some = redis.call('HRANDFIELD', meters, SAMPLED_FIELDS, 'WITHVALUES')
  for i = 1, #some, 2 do
    if idle(some[i], some[i + 1]) then
      redis.call('HDEL', meters, some[i])
    end
  end
  redis.call('HSET', meters, '.until', text(now + 2 * life))
  -- A lease that never ends keeps the set, and so its life, when there is no other.
  redis.call('ZADD', leases, '+inf', '')
  redis.call('PEXPIRE', meters, text(2 * life))
  redis.call('PEXPIRE', leases, text(2 * life))
end
