-- Take away what is due, and a few meters that count nothing any more; give how many entries went.
-- KEYS  wallet, due
-- ARGV  the most entries, how many fields to look at for idle meters
-- include release
-- include idle
local wallet = KEYS[1]
local released = release(wallet, KEYS[2], tonumber(ARGV[1]))
local some = redis.call('HRANDFIELD', wallet, ARGV[2], 'WITHVALUES')
for i = 1, #some, 2 do
  if idle(some[i], some[i + 1]) then
    redis.call('HDEL', wallet, some[i])
  end
end
return released
