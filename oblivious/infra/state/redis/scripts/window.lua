-- Read a window as of now: current, previous, the bucket's number, and how much of the previous still counts.
local function slide(kept, length)
  local bucket, rest = math.floor(now / length), length - now % length
  local number, current, previous = string.match(kept or '', '^(%d+) (%d+) (%d+)$')
  number = tonumber(number)
  if number == bucket then
    return tonumber(current), tonumber(previous), bucket, rest
  elseif number == bucket - 1 then
    return 0, tonumber(current), bucket, rest
  end
  return 0, 0, bucket, rest
end

local function keep(key, length, bucket, current, previous)
  redis.call('SET', key, string.format('%.0f %.0f %.0f', bucket, current, previous), 'PX', 2 * length)
end
