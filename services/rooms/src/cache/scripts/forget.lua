-- Removes a versioned hash that may have missed changes, whatever its version.
-- KEYS[1] the hash. ARGV[1] number of the newest change known to the database, ARGV[2] seconds for which the guard stands.
-- The guard keeps out a warmer that read the database before that change.
redis.call('DEL', KEYS[1])
local guard = tonumber(redis.call('GET', KEYS[1] .. ':guard') or '-1')
if guard < tonumber(ARGV[1]) then
  redis.call('SET', KEYS[1] .. ':guard', ARGV[1], 'EX', ARGV[2])
end
return 1
