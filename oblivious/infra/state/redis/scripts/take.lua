-- Take all that an exchange needs, or nothing.
-- KEYS  wallet, due, then one for each WINDOW meter
-- ARGV  exchange, amount, floor ('' for none), lease ms, then for each meter:
--       a GAUGE's field ('' for a WINDOW), limit, cost, window ms
-- Gives refused by (-1 granted, -2 wallet unknown), retry after ms, then remaining and reset ms of each meter.
local wallet, due, exchange = KEYS[1], KEYS[2], ARGV[1]
local amount, floor = tonumber(ARGV[2]), tonumber(ARGV[3])
local meters = (#ARGV - 4) / 4

local fields, lengths, limits, costs = {exchange, '.posted', '.total'}, {}, {}, {}
for m = 1, meters do
  local at = 4 * m
  limits[m], costs[m] = tonumber(ARGV[at + 2]), tonumber(ARGV[at + 3])
  if ARGV[at + 1] == '' then
    lengths[m] = tonumber(ARGV[at + 4])
  else
    fields[#fields + 1] = ARGV[at + 1]
  end
end

local entry, posted, total
local used, current, previous, bucket, rest = {}, {}, {}, {}, {}

local function look()
  local found = redis.call('HMGET', wallet, unpack(fields))
  local windows = #KEYS > 2 and redis.call('MGET', unpack(KEYS, 3))
  entry, posted, total = found[1], tonumber(found[2]), tonumber(found[3]) or 0
  local gauge, window = 3, 0
  for m = 1, meters do
    if lengths[m] then
      window = window + 1
      current[m], previous[m], bucket[m], rest[m] = slide(windows[window], lengths[m])
      used[m] = current[m] + math.ceil(previous[m] * rest[m] / lengths[m])
    else
      gauge = gauge + 1
      used[m] = tonumber(found[gauge]) or 0
    end
  end
end

-- The first meter that refuses, or meters + 1 for the wallet, 0 for none, -1 if nobody knows the wallet.
local function judge()
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

local function retry_after(m)
  if not lengths[m] or costs[m] > limits[m] then -- a gauge, the wallet, or never
    return 0
  end
  local room = limits[m] - costs[m] - current[m]
  if room >= 0 then
    return rest[m] - math.floor(room * lengths[m] / previous[m])
  end
  return rest[m] + lengths[m] - math.floor((limits[m] - costs[m]) * lengths[m] / current[m])
end

local function reset(m)
  if not lengths[m] then
    return 0
  elseif current[m] > 0 then
    return rest[m] + lengths[m]
  end
  return previous[m] > 0 and rest[m] or 0
end

local function hold()
  local gauges, window, write = '', 2, {'.total', string.format('%.0f', total + amount)}
  for m = 1, meters do
    used[m] = used[m] + costs[m]
    if lengths[m] then
      window = window + 1
      current[m] = current[m] + costs[m]
      keep(KEYS[window], lengths[m], bucket[m], current[m], previous[m])
    else
      local field = ARGV[4 * m + 1]
      write[#write + 1] = field
      write[#write + 1] = used[m]
      gauges = gauges .. ' ' .. field .. '=' .. ARGV[4 * m + 3]
    end
  end
  redis.call('HSET', wallet, exchange, string.format('h %s %.0f%s', ARGV[2], now, gauges), unpack(write))
  redis.call('ZADD', due, now + ARGV[4], exchange)
end

look()
local refused = 0
if not entry then
  refused = judge()
  if refused > 0 and release(wallet, due, RELEASED_ON_REFUSAL) > 0 then
    look()
    refused = judge()
  end
  if refused == 0 then
    hold()
  end
end

local reply = {refused - 1, refused > 0 and retry_after(refused) or 0}
for m = 1, meters do
  reply[#reply + 1] = math.max(0, limits[m] - used[m])
  reply[#reply + 1] = reset(m)
end
return reply
