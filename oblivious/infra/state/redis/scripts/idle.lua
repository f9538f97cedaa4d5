-- Whether a field is a meter in which nothing counts any more.
local function idle(field, kept)
  local length = tonumber(string.match(field, '^#(%d+):'))
  if length then
    return math.floor(now / length) > struct.unpack('<ddd', kept) + 1
  end
  return kept == '0' and string.sub(field, 1, 1) == '@'
end
