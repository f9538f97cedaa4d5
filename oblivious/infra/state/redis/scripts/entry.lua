-- Read an entry: its letter ('a' for absent), amount, when it was taken, and its gauges as text.
local function parse(entry)
  local letter, amount, taken_at, gauges = string.match(entry or 'a', '^(%a) ?(%d*) ?(%d*)(.*)$')
  return letter, tonumber(amount) or 0, tonumber(taken_at) or 0, gauges
end
