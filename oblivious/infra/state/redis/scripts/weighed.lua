-- How much of a bucket's count still counts when `rest` ms of it are left; a fraction counts whole.
-- In two parts: their products are whole numbers below 2^53 for windows of up to a day, so that it is exact.
local function weighed(count, rest, length)
  local over = count % length
  return (count - over) / length * rest + math.ceil(over * rest / length)
end
