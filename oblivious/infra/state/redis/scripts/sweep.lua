-- Take away what is due; give how many.
-- KEYS  wallet, due
-- ARGV  the most
return release(KEYS[1], KEYS[2], tonumber(ARGV[1]))
