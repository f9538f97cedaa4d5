-- Give back the gauges that an entry names: ' <field>=<cost>' each.
local function give_back(wallet, gauges)
  for field, cost in string.gmatch(gauges, ' (%S+)=(%d+)') do
    redis.call('HINCRBY', wallet, field, -cost)
  end
end
