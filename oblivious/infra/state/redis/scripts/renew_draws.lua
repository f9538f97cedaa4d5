-- Let leases end later, never earlier; what is not held stays so.
-- ARGV  lease ms, holds
-- include holds
local until_then = redis.call('HGET', meters, '.until')
if until_then then
  local members = {}
  for i = 2, #ARGV do
    members[#members + 1], members[#members + 2] = text(now + ARGV[1]), ARGV[i]
  end
  redis.call('ZADD', leases, 'XX', 'GT', unpack(members))
  keep(until_then, tonumber(ARGV[1]))
end
