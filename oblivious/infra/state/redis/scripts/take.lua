-- Take all that an exchange needs, or nothing.

-- How much of a meter is used now.
local function used(field)
  local window = windows[field]
  return window and window[1] + math.ceil(window[2] * window[4] / lengths[field]) or numbers[field]
end

-- The first meter that refuses, or the one after the last for the wallet; 0 for none, -1 if nobody knows it.
local function judge(at, meters)
  if texts[ARGV[at + 2]] then
    return 0
  end
  for m = 1, meters do
    local i = at + 2 + 4 * m
    if used(ARGV[i]) + ARGV[i + 2] > tonumber(ARGV[i + 1]) then
      return m
    end
  end
  local floor = tonumber(ARGV[at + 4])
  if floor and not posted then
    return -1
  end
  return floor and posted - numbers['.total'] - ARGV[at + 3] < floor and meters + 1 or 0
end

-- When a window that refuses has room again, if nobody else takes; 0 if it never has.
local function room_after(i)
  local window, length, free = windows[ARGV[i]], lengths[ARGV[i]], ARGV[i + 1] - ARGV[i + 2]
  if not window or free < 0 then
    return 0
  elseif free >= window[1] then
    return window[4] - math.floor((free - window[1]) * length / window[2])
  end
  return window[4] + length - math.floor(free * length / window[1])
end

local function hold(at, meters)
  local gauges = ''
  for m = 1, meters do
    local field, cost = ARGV[at + 2 + 4 * m], ARGV[at + 4 + 4 * m]
    local window = windows[field]
    if window then
      window[1], changed[field] = window[1] + cost, windows
    else
      add(field, tonumber(cost))
      gauges = gauges .. ' ' .. field .. '=' .. cost
    end
  end
  add('.total', tonumber(ARGV[at + 3]))
  put(ARGV[at + 2], 'h ' .. ARGV[at + 3] .. ' ' .. text(now) .. gauges)
  live(ARGV[at + 2], now + ARGV[at + 5])
end

local function take(at)
  local meters = tonumber(ARGV[at + 1])
  local refused, retry_after = judge(at, meters), 0
  if refused > 0 then
    -- Defined here, where only a refusal comes: a definition costs time each time it is passed.
    -- include release
    write()
    if release(wallet, due, RELEASED_ON_REFUSAL) > 0 then
      read()
      refused = judge(at, meters)
    end
    if refused > 0 and refused <= meters then
      retry_after = room_after(at + 2 + 4 * refused)
    end
  end
  if refused == 0 and not texts[ARGV[at + 2]] then
    hold(at, meters)
  end

  local reply = {refused - 1, retry_after}
  for m = 1, meters do
    local i = at + 2 + 4 * m
    local field, reset = ARGV[i], 0
    local window = windows[field]
    if window and window[1] > 0 then
      reset = window[4] + lengths[field]
    elseif window and window[2] > 0 then
      reset = window[4]
    end
    reply[2 * m + 1], reply[2 * m + 2] = math.max(0, ARGV[i + 1] - used(field)), reset
  end
  return reply
end
