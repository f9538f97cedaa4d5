-- Give a claim back; a lease that has ended may be another's by now, and has another end.
-- KEYS  claimed subjects by the end of their lease
-- ARGV  subject, the end of the lease
local ends = redis.call('ZSCORE', KEYS[1], ARGV[1])
if ends and tonumber(ends) == tonumber(ARGV[2]) then
  redis.call('ZREM', KEYS[1], ARGV[1])
end
