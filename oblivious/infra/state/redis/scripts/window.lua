-- Read a window as of now: current, previous, its bucket's number, and how much of the previous still counts.
local function slide(kept, length)
  local bucket, rest = math.floor(now / length), length - now % length
  if kept then
    local number, current, previous = struct.unpack('<ddd', kept)
    if number == bucket then
      return current, previous, bucket, rest
    elseif number == bucket - 1 then
      return 0, current, bucket, rest
    end
  end
  return 0, 0, bucket, rest
end
