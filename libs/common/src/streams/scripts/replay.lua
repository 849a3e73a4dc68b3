-- Puts a dead letter's command on its stream again and removes the dead letter, in one atomic step.
-- KEYS[1] dead-letter stream, KEYS[2] command stream of the same partition.
-- ARGV[1] id of the dead letter, then field, value, ... of the command.
-- Returns the id of the new entry, or nil when the dead letter is gone: somebody else was faster.
if #redis.call('XRANGE', KEYS[1], ARGV[1], ARGV[1]) == 0 then
  return nil
end
local id = redis.call('XADD', KEYS[2], '*', unpack(ARGV, 2))
redis.call('XDEL', KEYS[1], ARGV[1])
return id
