-- Believe the ledger if it has news.
-- KEYS  wallet
-- ARGV  posted, sequence
local known = tonumber(redis.call('HGET', KEYS[1], '.sequence'))
if not known or tonumber(ARGV[2]) > known then
  redis.call('HSET', KEYS[1], '.posted', ARGV[1], '.sequence', ARGV[2])
end
