-- End an exchange: held becomes spent or absent, early a tombstone; a repeat changes nothing.
-- What was held stays in `due`, where release ignores it: settle needs it there again.
-- KEYS  wallet, due
-- ARGV  exchange, spent, then for each WINDOW meter to correct: field, by how much, window ms
-- include entry
local wallet, exchange, spent = KEYS[1], ARGV[1], tonumber(ARGV[2])
local fields = {exchange, '.total'}
for i = 3, #ARGV, 3 do
  fields[#fields + 1] = ARGV[i]
end
local found = redis.call('HMGET', wallet, unpack(fields))
local letter, amount, taken_at, gauges = parse(found[1])
if letter == 's' or letter == 't' then
  return
end

local write = {}
if letter == 'e' then
  write = {exchange, 't'}
  redis.call('ZADD', KEYS[2], string.format('%.0f', now + ENDED_TOMBSTONE_MS), exchange)
else
  write = {'.total', string.format('%.0f', (tonumber(found[2]) or 0) - amount + spent)}
  if spent > 0 then
    write[3], write[4] = exchange, 's ' .. ARGV[2]
  elseif letter == 'h' then
    redis.call('HDEL', wallet, exchange)
  end
end

if #ARGV > 2 then
  -- include window
  for i = 3, #ARGV, 3 do
    local delta, length = tonumber(ARGV[i + 1]), tonumber(ARGV[i + 2])
    local current, previous, bucket = slide(found[i / 3 + 2], length)
    local age = bucket - math.floor(taken_at / length)
    if delta > 0 then
      current = current + delta
    elseif age == 0 then
      current = math.max(0, current + delta)
    elseif age == 1 then
      previous = math.max(0, previous + delta)
    end
    write[#write + 1] = ARGV[i]
    write[#write + 1] = struct.pack('<ddd', bucket, current, previous)
  end
end
redis.call('HSET', wallet, unpack(write))

if gauges ~= '' then
  -- include gauges
  give_back(wallet, gauges)
end
