-- Know lost holds and debts again; what is known or settled here stays.
-- KEYS  wallet, due
-- ARGV  for each: exchange, letter (h or s), amount, lease ms, gauges as an entry writes them
local wallet, due = KEYS[1], KEYS[2]
for i = 1, #ARGV, 5 do
  local exchange, amount = ARGV[i], tonumber(ARGV[i + 2])
  local letter, held, _, gauges = parse(redis.call('HGET', wallet, exchange) or 'a')
  if ARGV[i + 1] == 'h' and letter == 'a' then
    redis.call('HINCRBY', wallet, '.total', ARGV[i + 2])
    redis.call('HSET', wallet, exchange, 'h ' .. ARGV[i + 2] .. ' 0' .. ARGV[i + 4])
    redis.call('ZADD', due, now + ARGV[i + 3], exchange)
    for field, cost in string.gmatch(ARGV[i + 4], ' (%S+)=(%d+)') do
      redis.call('HINCRBY', wallet, field, cost)
    end
  elseif ARGV[i + 1] == 's' and (letter == 'a' or letter == 'h') then
    give_back(wallet, gauges)
    redis.call('ZREM', due, exchange)
    redis.call('HINCRBY', wallet, '.total', string.format('%.0f', amount - held))
    if amount > 0 then
      redis.call('HSET', wallet, exchange, 's ' .. ARGV[i + 2])
    else
      redis.call('HDEL', wallet, exchange)
    end
  end
end
