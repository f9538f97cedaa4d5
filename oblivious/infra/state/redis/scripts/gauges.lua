-- Give back the gauges that an entry names: ' <field>=<cost>' each.
local function give_back(wallet, gauges)
  for field, cost in string.gmatch(gauges, ' (%S+)=(%d+)') do
    redis.call('HINCRBY', wallet, field, -cost)
  end
end

-- Read an entry: its letter, amount, when it was taken, and its gauges as text.
local function parse(entry)
  local letter, amount, taken_at, gauges = string.match(entry, '^(%a) ?(%d*) ?(%d*)(.*)$')
  return letter, tonumber(amount) or 0, tonumber(taken_at) or 0, gauges
end
