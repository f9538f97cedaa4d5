-- Take from all meters of an owner, or from none.
-- ARGV  hold, lease ms, and for each meter field, limit, cost, window ms (0 for a GAUGE)
-- Gives which meter refused (-1 for none), and when it has room again, ms.
-- include holds
-- include window
-- include weighed
local id, life = ARGV[1], tonumber(ARGV[2])
release()

local fields = {'.until', id}
for i = 3, #ARGV, 4 do
  fields[#fields + 1] = ARGV[i]
end
local found = redis.call('HMGET', meters, unpack(fields))
if found[2] then
  return {-1, 0}
end

-- When a window has room for `free`, if nobody else takes; 0 if it never has.
local function room_after(free, current, previous, rest, length)
  -- The wait until at most `room` of the count of a bucket counts; the division may be off by a millisecond.
  local function wait(count, rest, room)
    local left = math.floor(room * length / count)
    if weighed(count, left, length) > room then
      left = left - 1
    elseif left < rest and weighed(count, left + 1, length) <= room then
      left = left + 1
    end
    return rest - left
  end
  if free < 0 then
    return 0
  elseif free >= current then
    return wait(previous, rest, free - current)
  end
  return rest + wait(current, length, free)
end

local set, gauges = {}, {}
for i = 3, #ARGV, 4 do
  local value, length = found[(i + 9) / 4], tonumber(ARGV[i + 3])
  local limit, cost = tonumber(ARGV[i + 1]), tonumber(ARGV[i + 2])
  set[#set + 1] = ARGV[i]
  if length > 0 then
    local current, previous, bucket, rest = slide(value, length)
    if current + weighed(previous, rest, length) + cost > limit then
      return {(i - 3) / 4, room_after(limit - cost, current, previous, rest, length)}
    end
    set[#set + 1] = struct.pack('<ddd', bucket, current + cost, previous)
    life = math.max(life, 2 * length)
  else
    local count = (tonumber(value) or 0) + cost
    if count > limit then
      return {(i - 3) / 4, cost <= limit and FULL_GAUGE_MS or 0}
    end
    set[#set + 1] = text(count)
    gauges[#gauges + 1], gauges[#gauges + 2] = ARGV[i], ARGV[i + 2]
  end
end

redis.call('HSET', meters, id, cmsgpack.pack({now, unpack(gauges)}), unpack(set))
redis.call('ZADD', leases, text(now + ARGV[2]), id)
keep(found[1], life)
return {-1, 0}
