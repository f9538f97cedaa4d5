-- Claim a subject, if nobody has it; those whose lease has ended have it no more.
-- KEYS  claimed subjects by the end of their lease
-- ARGV  subject, lease ms
-- Gives now and the end of the lease, 0 if another has it.
local ends = redis.call('ZSCORE', KEYS[1], ARGV[1])
if ends and tonumber(ends) > now then
  return {string.format('%.0f', now), 0}
end
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', string.format('%.0f', now))
redis.call('ZADD', KEYS[1], string.format('%.0f', now + ARGV[2]), ARGV[1])
return {string.format('%.0f', now), now + ARGV[2]}
