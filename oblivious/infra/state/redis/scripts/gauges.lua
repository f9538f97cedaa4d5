-- Give back the gauges that an entry names: ' <field>=<cost>' each.
local function give_back(wallet, gauges)
  for field, cost in string.gmatch(gauges, ' (%S+)=(%d+)') do
    redis.call('HINCRBY', wallet, field, string.format('%.0f', 0 - cost))  -- not -cost: that of 0 is "-0"
  end
end
