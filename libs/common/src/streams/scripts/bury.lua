-- Keeps a command that was given up on, once: a publisher that died after this and before the command left its stream, and
-- the one that follows it, leave one dead letter.
-- KEYS[1] dead-letter stream. ARGV[1] id that the command had on its stream, ARGV[2] how many of the newest dead letters to
-- look at, then field, value, ... of the dead letter.
-- Returns 1, or 0 when it was there.
for _, letter in ipairs(redis.call('XREVRANGE', KEYS[1], '+', '-', 'COUNT', ARGV[2])) do
  local fields = letter[2]
  for i = 1, #fields, 2 do
    if fields[i] == 'entry' and fields[i + 1] == ARGV[1] then
      return 0
    end
  end
end
redis.call('XADD', KEYS[1], '*', unpack(ARGV, 3))
return 1
