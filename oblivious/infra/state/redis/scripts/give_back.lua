-- End a hold: free its gauges and correct its windows.
-- ARGV  hold, and for each window to correct field, by how much, window ms
-- include holds
-- include window
local fields = {'.until', ARGV[1]}
for i = 2, #ARGV, 3 do
  fields[#fields + 1] = ARGV[i]
end
local found = redis.call('HMGET', meters, unpack(fields))
local taken_at = 0
if found[2] then
  taken_at = free(found[2])
  redis.call('HDEL', meters, ARGV[1])
  redis.call('ZREM', leases, ARGV[1])
end

local set, life = {}, 0
for i = 2, #ARGV, 3 do
  local delta, length = tonumber(ARGV[i + 1]), tonumber(ARGV[i + 2])
  local current, previous, bucket = slide(found[(i + 7) / 3], length)
  local age = bucket - math.floor(taken_at / length)
  if delta > 0 then
    current, life = current + delta, math.max(life, 2 * length)
  elseif age == 0 then
    current = math.max(0, current + delta)
  elseif age == 1 then
    previous = math.max(0, previous + delta)
  end
  if delta > 0 or age < 2 then
    set[#set + 1], set[#set + 2] = ARGV[i], struct.pack('<ddd', bucket, current, previous)
  end
end
if #set > 0 then
  redis.call('HSET', meters, unpack(set))
end
if life > 0 then
  keep(found[1], life)
end
