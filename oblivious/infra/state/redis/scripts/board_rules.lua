-- `board/rules.py` in Lua: that is the specification, function by function.
local BAD, LAST, FIRST_MS = tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4])
local MOST_MS, CALM_MS = tonumber(ARGV[5]), tonumber(ARGV[6])

local function well()
  return {deadline = 0, strikes = 0, hold = 0, since = 0, open = false, window = '', reason = ''}
end

-- A text that is none of ours says nothing.
local function read(text)
  local deadline, strikes, hold, since, open, window, reason =
    string.match(text or '', '^(%d+) (%d+) (%d+) (%d+) ([01]) ([01]*) (.*)$')
  if not deadline then
    return well()
  end
  return {
    deadline = tonumber(deadline), strikes = tonumber(strikes), hold = tonumber(hold), since = tonumber(since),
    open = open == '1', window = window, reason = reason,
  }
end

-- '' for one that is well.
local function written(health)
  if health.deadline == 0 and health.strikes == 0 and health.window == '' and not health.open then
    return ''
  end
  return string.format('%.0f %.0f %.0f %.0f %s %s %s', health.deadline, health.strikes, health.hold, health.since,
    health.open and '1' or '0', health.window, health.reason)
end

local function calm_ms(health)
  return math.max(CALM_MS, CALM_HOLDS * health.hold)
end

local function kept_until(health)
  if health.open or health.window ~= '' then
    return math.max(now, health.deadline) + KEPT_MS
  end
  return health.deadline + calm_ms(health)
end

local function calmed(health)
  if health.open or now <= health.deadline + calm_ms(health) then
    return health
  end
  local calm = well()
  calm.window = health.window
  return calm
end

local function hold(health, for_ms, reason)
  if now >= health.deadline then
    health.strikes = health.strikes + 1
    health.since = health.since == 0 and now or health.since
  end
  if now + for_ms > health.deadline then
    health.deadline, health.hold, health.reason = now + for_ms, for_ms, reason
  end
end

local function back_off(health, reason)
  local step = now >= health.deadline and health.strikes or math.max(health.strikes - 1, 0)
  hold(health, math.min(FIRST_MS * 2 ^ math.min(step, MOST_DOUBLINGS), MOST_MS), reason)
end

local function count(health, outcome, reason)
  health.window = string.gsub(string.sub(health.window .. outcome, -LAST), '^1+', '')
  local _, bad = string.gsub(health.window, '0', '')
  if bad >= BAD then
    back_off(health, reason)
    health.open, health.window = true, ''
  end
end

local function hear(health, outcome, reason)
  if not health.open then
    count(health, outcome, reason)
  elseif now >= health.deadline and outcome == '0' then
    back_off(health, reason)
  elseif now >= health.deadline then
    health.open, health.window, health.deadline = false, '', now
  end
end

local function ask(health, for_ms, reason)
  if for_ms > 0 then
    hold(health, math.min(for_ms, LONGEST_HOLD_MS), reason)
  elseif not health.open or now >= health.deadline then
    back_off(health, reason)
  end
end
