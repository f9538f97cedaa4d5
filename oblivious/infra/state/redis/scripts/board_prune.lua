-- Forget some of those who have nothing to say any more.
-- KEYS  health by subject, subjects by the last moment at which they have something to say
-- ARGV  channel of the changes, how many at most
-- Gives now and how many they were.
-- include board_forget
return {string.format('%.0f', now), prune(tonumber(ARGV[2]))}
