-- What is left of an owner's meters.
-- ARGV  for each meter field, limit, window ms (0 for a GAUGE)
-- Gives remaining and reset ms of each.
-- include holds
-- include window
-- include weighed
release()
local fields, reply = {}, {}
for i = 1, #ARGV, 3 do
  fields[#fields + 1] = ARGV[i]
end
local found = redis.call('HMGET', meters, unpack(fields))
for m, value in ipairs(found) do
  local limit, length = ARGV[3 * m - 1], tonumber(ARGV[3 * m])
  local used, reset = tonumber(length == 0 and value) or 0, 0
  if length > 0 then
    local current, previous, _, rest = slide(value, length)
    used = current + weighed(previous, rest, length)
    reset = current > 0 and rest + length or previous > 0 and rest or 0
  end
  reply[2 * m - 1], reply[2 * m] = math.max(0, limit - used), reset
end
return reply
