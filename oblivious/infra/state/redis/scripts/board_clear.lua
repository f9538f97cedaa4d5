-- Take a subject for well.
-- KEYS  health by subject, subjects by the last moment at which they have something to say
-- ARGV  channel of the changes, subject
-- include board_forget
forget(ARGV[2])
