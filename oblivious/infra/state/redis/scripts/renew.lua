-- Let leases end later, never earlier; what is not due by itself (absent, spent) stays so.
-- KEYS  wallet, due
-- ARGV  lease ms, exchanges
local until_then, members = now + ARGV[1], {}
for i = 2, #ARGV do
  members[#members + 1] = until_then
  members[#members + 1] = ARGV[i]
end
redis.call('ZADD', KEYS[2], 'XX', 'GT', unpack(members))
