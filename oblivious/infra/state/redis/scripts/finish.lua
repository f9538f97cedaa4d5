-- End an exchange: held becomes spent or absent, early a tombstone; a repeat changes nothing.
-- What was held stays in `due`, where release ignores it: settle needs it there again.
local function finish(at)
  local exchange, spent = ARGV[at + 2], tonumber(ARGV[at + 3])
  local letter, amount, taken_at, gauges = parse(texts[exchange])
  if letter == 's' or letter == 't' then
    return
  end

  if letter == 'e' then
    put(exchange, 't')
    live(exchange, now + ENDED_TOMBSTONE_MS)
  else
    add('.total', spent - amount)
    if spent > 0 then
      put(exchange, 's ' .. ARGV[at + 3])
    elseif letter == 'h' then
      put(exchange, false)
    end
  end

  for i = at + 4, at + 1 + 3 * ARGV[at + 1], 3 do
    local field, delta = ARGV[i], tonumber(ARGV[i + 1])
    local window = windows[field]
    local age = window[3] - math.floor(taken_at / lengths[field])
    if delta > 0 then
      window[1] = window[1] + delta
    elseif age == 0 then
      window[1] = math.max(0, window[1] + delta)
    elseif age == 1 then
      window[2] = math.max(0, window[2] + delta)
    end
    changed[field] = windows
  end

  for field, cost in string.gmatch(gauges, ' (%S+)=(%d+)') do
    add(field, -cost)
  end
end
