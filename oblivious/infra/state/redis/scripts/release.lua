-- Take away up to `most` entries that are due, the oldest first; return how many.
local function release(wallet, due, most)
  local late = redis.call('ZRANGEBYSCORE', due, '-inf', now, 'LIMIT', 0, most)
  if #late == 0 then
    return 0
  end
  local entries = redis.call('HMGET', wallet, unpack(late))
  local freed, gone, buried = 0, {}, {}
  for i, exchange in ipairs(late) do
    local letter, amount, _, gauges = parse(entries[i] or 't')
    if letter ~= 't' then
      give_back(wallet, gauges)
      freed = freed + amount
    end
    if letter == 'e' then
      buried[#buried + 1] = exchange
    else
      gone[#gone + 1] = exchange
    end
  end
  if freed > 0 then
    redis.call('HINCRBY', wallet, '.total', string.format('%.0f', -freed))
  end
  if #gone > 0 then
    redis.call('HDEL', wallet, unpack(gone))
    redis.call('ZREM', due, unpack(gone))
  end
  for _, exchange in ipairs(buried) do
    redis.call('HSET', wallet, exchange, 't')
    redis.call('ZADD', due, now + TOMBSTONE_MS, exchange)
  end
  return #late
end
