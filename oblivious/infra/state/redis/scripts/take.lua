-- Take all that an exchange needs, or nothing.
-- KEYS  wallet, due
-- ARGV  exchange, amount, floor ('' for none), lease ms, then for each meter: field, limit, cost,
--       window ms (0 for a GAUGE)
-- Gives refused by (-1 granted, -2 wallet unknown), retry after ms, then remaining and reset ms of each meter.
-- What only a refusal needs is defined there: a definition costs time each time it is passed.
-- include window
local wallet, due, exchange = KEYS[1], KEYS[2], ARGV[1]
local amount, floor = tonumber(ARGV[2]), tonumber(ARGV[3])
local fields, limits, costs, lengths = {exchange, '.posted', '.total'}, {}, {}, {}
local meters = (#ARGV - 4) / 4
for m = 1, meters do
  local at = 4 * m
  fields[m + 3] = ARGV[at + 1]
  limits[m], costs[m], lengths[m] = tonumber(ARGV[at + 2]), tonumber(ARGV[at + 3]), tonumber(ARGV[at + 4])
end

local entry, posted, total
local used, current, previous, bucket, rest = {}, {}, {}, {}, {}

-- The first meter that refuses, or the one after the last for the wallet; 0 for none, -1 if nobody knows it.
local function judge()
  local found = redis.call('HMGET', wallet, unpack(fields))
  entry, posted, total = found[1], tonumber(found[2]), tonumber(found[3]) or 0
  for m = 1, meters do
    local length = lengths[m]
    if length == 0 then
      used[m] = tonumber(found[m + 3]) or 0
    else
      current[m], previous[m], bucket[m], rest[m] = slide(found[m + 3], length)
      used[m] = current[m] + math.ceil(previous[m] * rest[m] / length)
    end
  end
  if entry then
    return 0
  end
  for m = 1, meters do
    if used[m] + costs[m] > limits[m] then
      return m
    end
  end
  if floor and not posted then
    return -1
  end
  return floor and posted - total - amount < floor and meters + 1 or 0
end

local refused, retry_after = judge(), 0
if refused > 0 then
  -- include release
  if release(wallet, due, RELEASED_ON_REFUSAL) > 0 then
    refused = judge()
  end
  local length, cost, limit = lengths[refused] or 0, costs[refused], limits[refused]
  if length > 0 and cost <= limit then
    local room = limit - cost - current[refused]
    if room >= 0 then
      retry_after = rest[refused] - math.floor(room * length / previous[refused])
    else
      retry_after = rest[refused] + length - math.floor((limit - cost) * length / current[refused])
    end
  end
end

if refused == 0 and not entry then
  local gauges, write = '', {'.total', string.format('%.0f', total + amount)}
  for m = 1, meters do
    local field = ARGV[4 * m + 1]
    used[m] = used[m] + costs[m]
    write[2 * m + 1] = field
    if lengths[m] == 0 then
      write[2 * m + 2] = string.format('%.0f', used[m])
      gauges = gauges .. ' ' .. field .. '=' .. ARGV[4 * m + 3]
    else
      current[m] = current[m] + costs[m]
      write[2 * m + 2] = struct.pack('<ddd', bucket[m], current[m], previous[m])
    end
  end
  entry = string.format('h %s %.0f%s', ARGV[2], now, gauges)
  redis.call('HSET', wallet, exchange, entry, unpack(write))
  redis.call('ZADD', due, string.format('%.0f', now + ARGV[4]), exchange)
end

local reply = {refused - 1, retry_after}
for m = 1, meters do
  local reset, length = 0, lengths[m]
  if length > 0 and current[m] > 0 then
    reset = rest[m] + length
  elseif length > 0 and previous[m] > 0 then
    reset = rest[m]
  end
  reply[2 * m + 1], reply[2 * m + 2] = math.max(0, limits[m] - used[m]), reset
end
return reply
