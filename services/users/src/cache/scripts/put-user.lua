-- Stores a profile unless a newer version of it stands.
-- KEYS[1] the profile, JSON with a field version. ARGV: version, ttl seconds, JSON.
-- Returns 1 when stored, 0 when the same or a newer version stood.
local standing = redis.call('GET', KEYS[1])
if standing and cjson.decode(standing).version >= tonumber(ARGV[1]) then
  return 0
end
redis.call('SET', KEYS[1], ARGV[3], 'EX', ARGV[2])
return 1
