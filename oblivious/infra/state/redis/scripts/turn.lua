-- What exchanges of one account asked for in one turn of a gateway's loop, done in that order.
-- KEYS  wallet, due
-- ARGV  for each: 't', how many meters, exchange, amount, floor ('' for none), lease ms, and for each meter field,
--       limit, cost, window ms (0 for a GAUGE); or 'f', how many corrections, exchange, spent, and for each
--       WINDOW meter to correct field, by how much, window ms
-- Gives for each 't': refused by (-1 granted, -2 wallet unknown), retry after ms, then remaining and reset ms of
--       each meter.
-- include entry
-- include window
local wallet, due = KEYS[1], KEYS[2]
-- include kept
local posted
local fields, lengths, begins = {'.posted', '.total'}, {}, {}
local at = 1
while at <= #ARGV do
  local step, from = 4, at + 6
  if ARGV[at] == 'f' then
    step, from = 3, at + 4
  end
  begins[#begins + 1] = at
  fields[#fields + 1] = ARGV[at + 2]
  at = from + step * ARGV[at + 1]
  for i = from, at - 1, step do
    local field = ARGV[i]
    if not lengths[field] then
      fields[#fields + 1], lengths[field] = field, tonumber(ARGV[i + step - 1])
    end
  end
end

local function read()
  local found = redis.call('HMGET', wallet, unpack(fields))
  posted, numbers['.total'] = tonumber(found[1]), tonumber(found[2]) or 0
  for i = 3, #fields do
    local field, value = fields[i], found[i]
    local length = lengths[field]
    if not length then
      texts[field] = value
    elseif length == 0 then
      numbers[field] = tonumber(value) or 0
    else
      windows[field] = {slide(value, length)}
    end
  end
end

read()
-- include take
-- include finish
local replies = {}
for _, begin in ipairs(begins) do
  if ARGV[begin] == 't' then
    replies[#replies + 1] = take(begin)
  else
    finish(begin)
  end
end
write()
return replies
