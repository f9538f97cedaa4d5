-- Know lost holds and debts again; what is known or settled here stays.
-- KEYS  wallet, due
-- ARGV  for each: exchange, letter (h or s), amount, lease ms, gauges as an entry writes them
-- include entry
-- include gauges
local wallet, due = KEYS[1], KEYS[2]

local function hold(exchange, amount, lease_ms, gauges)
  redis.call('HINCRBY', wallet, '.total', amount)
  redis.call('HSET', wallet, exchange, 'h ' .. amount .. ' 0' .. gauges)
  redis.call('ZADD', due, string.format('%.0f', now + lease_ms), exchange)
  for field, cost in string.gmatch(gauges, ' (%S+)=(%d+)') do
    redis.call('HINCRBY', wallet, field, cost)
  end
end

local function owe(exchange, amount)
  redis.call('HINCRBY', wallet, '.total', amount)
  if amount ~= '0' then
    redis.call('HSET', wallet, exchange, 's ' .. amount)
  end
end

for i = 1, #ARGV, 5 do
  local exchange, kind, amount = ARGV[i], ARGV[i + 1], ARGV[i + 2]
  local letter, held, _, gauges = parse(redis.call('HGET', wallet, exchange))
  if kind == 's' and letter == 'h' then
    redis.call('HINCRBY', wallet, '.total', string.format('%.0f', -held))
    redis.call('HDEL', wallet, exchange)
    give_back(wallet, gauges)
    letter = 'a'
  end
  if letter == 'a' and kind == 'h' then
    hold(exchange, amount, ARGV[i + 3], ARGV[i + 4])
  elseif letter == 'a' then
    owe(exchange, amount)
  end
end
