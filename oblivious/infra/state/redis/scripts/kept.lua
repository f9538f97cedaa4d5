-- The wallet as this script has it: read once, changed here as numbers, written back once.
-- texts: entries; numbers: totals and gauges; windows: current, previous, bucket, rest. An absent text is false.
local texts, numbers, windows, changed, added, lives = {}, {}, {}, {}, {}, {}

local function text(number)
  return string.format('%.0f', number)
end

-- Set an entry; false takes it away.
local function put(exchange, entry)
  texts[exchange], changed[exchange] = entry, texts
end

-- Add to a number, be it one that was not read.
local function add(field, by)
  if numbers[field] then
    numbers[field], changed[field] = numbers[field] + by, numbers
  else
    added[field] = (added[field] or 0) + by
  end
end

-- Have an entry end by itself, not before then.
local function live(exchange, until_then)
  lives[#lives + 1], lives[#lives + 2] = text(until_then), exchange
end

local function write()
  local set, gone = {}, {}
  for field, kind in pairs(changed) do
    local value = kind[field]
    if kind == numbers then
      value = text(value)
    elseif kind == windows then
      value = struct.pack('<ddd', value[3], value[1], value[2])
    end
    if value then
      set[#set + 1], set[#set + 2] = field, value
    else
      gone[#gone + 1] = field
    end
  end
  if #set > 0 then
    redis.call('HSET', wallet, unpack(set))
  end
  if #gone > 0 then
    redis.call('HDEL', wallet, unpack(gone))
  end
  for field, by in pairs(added) do
    redis.call('HINCRBY', wallet, field, by)
  end
  if #lives > 0 then
    redis.call('ZADD', due, unpack(lives))
  end
  changed, added, lives = {}, {}, {}
end
