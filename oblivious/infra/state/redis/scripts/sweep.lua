-- Take away what is due, and a few meters that count nothing any more; give how many entries went.
-- KEYS  wallet, due
-- ARGV  the most entries, how many fields to look at for idle meters
-- include release
local wallet = KEYS[1]
local released = release(wallet, KEYS[2], tonumber(ARGV[1]))
local some = redis.call('HRANDFIELD', wallet, ARGV[2], 'WITHVALUES')
for i = 1, #some, 2 do
  local field, kept = some[i], some[i + 1]
  local length = tonumber(string.match(field, '^#(%d+):'))
  local idle = kept == '0' and string.sub(field, 1, 1) == '@'
  if length then
    idle = math.floor(now / length) > struct.unpack('<ddd', kept) + 1
  end
  if idle then
    redis.call('HDEL', wallet, field)
  end
end
return released
