-- Forget a subject and say so.
local function forget(subject)
  redis.call('ZREM', KEYS[2], subject)
  if redis.call('HDEL', KEYS[1], subject) == 1 then
    redis.call('PUBLISH', ARGV[1], cmsgpack.pack({subject, ''}))
  end
end

-- Forget up to `most` of those who have nothing to say any more; give how many.
local function prune(most)
  local ended = redis.call('ZRANGEBYSCORE', KEYS[2], '-inf', string.format('(%.0f', now), 'LIMIT', 0, most)
  for _, subject in ipairs(ended) do
    forget(subject)
  end
  return #ended
end
