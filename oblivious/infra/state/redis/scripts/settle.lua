-- Believe the ledger if it has news for a wallet that is known, and stop counting what it has posted.
-- KEYS  wallet, due
-- ARGV  posted, sequence, exchanges (each once)
-- include release
local wallet, due = KEYS[1], KEYS[2]
release(wallet, due, 2 * (#ARGV - 2) + 16)

local found = redis.call('HMGET', wallet, '.sequence', '.total', unpack(ARGV, 3))
local known, total = tonumber(found[1]), tonumber(found[2]) or 0
local write, lives = {}, {}
if known and tonumber(ARGV[2]) > known then
  write = {'.posted', ARGV[1], '.sequence', ARGV[2]}
end

local function bury(exchange, life)
  write[#write + 1] = exchange
  write[#write + 1] = 't'
  lives[#lives + 1] = string.format('%.0f', now + life)
  lives[#lives + 1] = exchange
end

for i = 3, #ARGV do
  local letter, amount, taken_at, gauges = parse(found[i])
  total = total - amount
  if letter == 'a' then
    bury(ARGV[i], TOMBSTONE_MS)
  elseif letter == 's' then
    bury(ARGV[i], ENDED_TOMBSTONE_MS)
  elseif letter == 'h' then
    write[#write + 1] = ARGV[i]
    write[#write + 1] = string.format('e 0 %.0f%s', taken_at, gauges)
  end
end
redis.call('HSET', wallet, '.total', string.format('%.0f', total), unpack(write))
if #lives > 0 then
  redis.call('ZADD', due, unpack(lives))
end
